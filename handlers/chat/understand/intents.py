"""What a word can mean. Code compares these, never sentences."""

from dataclasses import dataclass, field
from enum import StrEnum


class Intent(StrEnum):
    digit = "digit"  # facts: n, rest
    received = "received"
    cannot = "cannot"
    help = "help"
    arrived = "arrived"
    done = "done"
    relayed = "relayed"
    played = "played"  # of a loudspeaker or a screen; facts: times
    unplayed = "unplayed"
    undo = "undo"
    cancel = "cancel"  # out of whatever dialogue there is
    menu = "menu"
    warnings = "warnings"  # what is in force
    advice = "advice"  # what to do now
    shelters = "shelters"  # where to go
    phone = "phone"  # the duty phone; facts: place, where another than the speaker's is meant
    still_valid = "still_valid"  # an alert without an end, to the question about it
    over = "over"
    swap = "swap"  # 换班; facts: words, the name of who shall come
    drills = "drills"  # which drills come
    buttons = "buttons"  # to answer by a card's buttons
    places = "places"  # my places
    subscribe = "subscribe"  # facts: place, label
    unsubscribe = "unsubscribe"  # facts: place; without one: all of it
    resume = "resume"  # after 退订
    data = "data"  # what is kept about me
    erase = "erase"
    bind = "bind"  # facts: words
    yes = "yes"
    thanks = "thanks"
    report = "report"
    hint = "hint"  # facts: number where one is named
    anonymous = "anonymous"  # the hint that was just told
    unknown = "unknown"


ANSWERS = (Intent.help, Intent.cannot, Intent.done, Intent.arrived, Intent.relayed, Intent.received)
"""What answers an alert. Of several in one sentence the first of these counts: nobody in need is taken for well."""

DIGITS = {1: Intent.received, 2: Intent.cannot, 3: Intent.help}


@dataclass(frozen=True)
class Understood:
    """An intent with its facts. `plea` stands beside it: who cries for help may also have answered."""

    intent: Intent
    facts: dict[str, str] = field(default_factory=dict)
    plea: bool = False
    clear: bool = True  # False: a digit and words that contradict it

    @property
    def n(self) -> int:
        return int(self.facts["n"])
