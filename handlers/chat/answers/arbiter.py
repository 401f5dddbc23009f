"""The one place that decides what a bare digit, or an answer's word, means. Pure: what was said, what is open, what we
last asked.

A live rung comes before everything: while one waits for an answer, a choice that we had offered waits too, and so does
a drill's, unless the drill is named. Only our own question which alert was meant comes before it, being part of the
answer. Behind the rungs stands what the roster asked (a shift to confirm, a spot check) or a door to which the speaker
was sent, and then a choice, unless that was offered later. A picture goes to what was told, or asked, last.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from handlers.chat.understand.intents import DIGITS, Intent

WHICH = "which"  # the dialogue that asks which alert was meant
DRILL = "演练"  # by which a drill is named, whatever it practises
GRAVE = frozenset({Intent.help, Intent.cannot})  # never taken to play while an alert is live
SAID_TO_ALL = frozenset({Intent.received, Intent.arrived})  # the rest is about one of them


class Meaning(StrEnum):
    answer = "answer"  # to these broadcasts
    which = "which"  # of these broadcasts?
    undo = "undo"
    settled = "settled"  # too long ago to be taken back by a 0
    choose = "choose"  # the n-th of what the dialogue offers
    leave = "leave"  # the dialogue
    nothing = "nothing"  # nothing is open that it could go to
    beyond = "beyond"  # an alert is open, and this is none of its answers
    owed = "owed"  # to what the roster asked


@dataclass(frozen=True)
class Rung:
    """An alert that waits for the speaker's answer, or took it and is not over. `names` are the words it is known by,
    `fresh` says that the answer came within the minutes in which a 0 takes it back."""

    broadcast_id: str
    names: tuple[str, ...]
    said: Intent | None = None
    fresh: bool = False
    drill: bool = False

    @property
    def answered(self) -> bool:
        return self.said is not None


@dataclass(frozen=True)
class Asked:
    """The dialogue that is open: its name, and for `which` what was said and to which broadcasts. `zero`: it offers a 0
    itself, so that this takes nothing else back."""

    name: str
    said: Intent | None = None
    broadcasts: tuple[str, ...] = ()
    zero: bool = False


@dataclass(frozen=True)
class Owing:
    """What the roster asked, or a door to which the speaker was sent, and still waits for, with the answers that it
    takes. A digit that one of the `names` stands behind is for it, whatever else waits."""

    takes: frozenset[Intent] = frozenset()
    names: tuple[str, ...] = ()
    drill: bool = False

    def wants(self, said: Intent | None, words: str, rungs: Sequence[Rung]) -> bool:
        """Whether it takes this answer. Who cannot go, or needs support, means what is live, unless the drill, or
        its door, is named."""
        named = DRILL in words or _names(self, words)
        live = any(not rung.drill for rung in rungs) and not named
        return said in self.takes and not (self.drill and live and said in GRAVE)


@dataclass(frozen=True)
class Decision:
    meaning: Meaning
    said: Intent | None = None
    broadcasts: tuple[str, ...] = ()
    choice: int = 0


def digit(n: int, rest: str, rungs: Sequence[Rung], asked: Asked | None, owing: Owing | None = None) -> Decision:
    """What the digit `n` means, `rest` being what stood behind it."""
    if asked is not None and asked.name == WHICH:
        return _chosen(n, asked)
    if n == 0:
        return back(rungs, asked)
    waiting = [rung for rung in rungs if not rung.answered]
    if owing is not None and owing.wants(DIGITS.get(n), rest, rungs) and (not waiting or _names(owing, rest)):
        return Decision(Meaning.owed, DIGITS[n])
    if waiting or (rungs and asked is None):
        said = DIGITS.get(n)
        return answer(said, rest, rungs) if said else Decision(Meaning.beyond)
    return Decision(Meaning.choose, choice=n) if asked else Decision(Meaning.nothing)


def at_a_door(rungs: Sequence[Rung], owing: Owing | None) -> bool:
    """Whether a digit is for a door, which asks by itself where digit and words do not agree."""
    return owing is not None and bool(owing.names) and all(rung.answered for rung in rungs)


def at_the_door(door: datetime, others: Iterable[datetime | None]) -> bool:
    """Whether a picture is from a door to which the speaker was sent, or of a village that she moves: it goes to what
    was told, or asked, last. `others` are the moments of a report, or of a hint, that it might belong to."""
    return all(other is None or other <= door for other in others)


def own(rungs: Sequence[Rung], asked: Asked | None, owing: Owing | None) -> list[str]:
    """By which names the alerts go that a bare digit would answer."""
    at_stake = any(not rung.answered for rung in rungs) or (asked is None and owing is None)
    return [name for rung in rungs if at_stake for name in rung.names]


def answer(said: Intent, words: str, rungs: Sequence[Rung], owing: Owing | None = None) -> Decision:
    """To which alerts an answer goes: to the only one, to the one that is named, to all, or we ask."""
    if owing is not None and owing.wants(said, words, rungs) and all(rung.answered for rung in rungs):
        return Decision(Meaning.owed, said)
    pool = meant_by(words, rungs)
    if said is not Intent.help and all(rung.answered for rung in pool):
        pool = [rung for rung in rungs if not rung.answered] or pool
    waiting = [rung for rung in pool if not rung.answered] or pool
    if not waiting:
        return Decision(Meaning.nothing, said)
    meant = named(words, pool)
    if meant is not None:
        return Decision(Meaning.answer, said, (meant.broadcast_id,))
    ids = tuple(rung.broadcast_id for rung in waiting)
    if len(ids) == 1 or said in SAID_TO_ALL:
        return Decision(Meaning.answer, said, ids)
    return Decision(Meaning.which, said, ids)


def back(rungs: Sequence[Rung], asked: Asked | None = None) -> Decision:
    """An answer is taken back, or else the dialogue is left."""
    if any(rung.fresh for rung in rungs) and not (asked and asked.zero):
        return Decision(Meaning.undo)
    return Decision(Meaning.leave if asked else Meaning.settled)


def meant_by(words: str, rungs: Sequence[Rung]) -> list[Rung]:
    """Those that are live; the drills' where there are no others, or where the drill is named. Who needs support is
    never taken to play while anything is live."""
    drills = [rung for rung in rungs if rung.drill]
    named_so = [rung for rung in drills if DRILL in words]
    return named_so or [rung for rung in rungs if not rung.drill] or drills


def named(words: str, rungs: Sequence[Rung]) -> Rung | None:
    """The one alert whose names stand in `words` most often; None where two do alike, or none does."""
    counted = sorted(((sum(name in words for name in rung.names), n) for n, rung in enumerate(rungs)), reverse=True)
    if not counted or not counted[0][0] or (len(counted) > 1 and counted[0][0] == counted[1][0]):
        return None
    return rungs[counted[0][1]]


def _names(owing: Owing, rest: str) -> bool:
    return any(name in rest for name in owing.names)


def _chosen(n: int, asked: Asked) -> Decision:
    """Our question's answers are counted from 1; the one behind the last means all of them."""
    if n == 0:
        return Decision(Meaning.leave)
    if n <= len(asked.broadcasts):
        return Decision(Meaning.answer, asked.said, (asked.broadcasts[n - 1],))
    if n == len(asked.broadcasts) + 1:
        return Decision(Meaning.answer, asked.said, asked.broadcasts)
    return Decision(Meaning.which, asked.said, asked.broadcasts)
