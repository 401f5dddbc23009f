"""What a card's button means when it comes back, and the words that take the buttons' place: what was understood, and
when. The key says in which language the card was written, and whether it was a drill's. Pure."""

from datetime import datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

from broadcasts.dispatch.texts.marks import in_line
from broadcasts.dispatch.texts.render import CHINESE, wording

DRILL, APART = "drill", ":"
FILE = "forms.txt"


class Button(NamedTuple):
    said: str
    language: str = CHINESE
    drill: bool = False


def key(said: str, language: str) -> str:
    """Of a button."""
    return said if language == CHINESE else f"{language}{APART}{said}"


def of_drill(key: str) -> str:
    return f"{DRILL}{APART}{key}"


def button(key: str) -> Button:
    """By its key: drill:ko:help."""
    *before, said = key.split(APART)
    return Button(said, next((one for one in before if one != DRILL), CHINESE), DRILL in before)


def replied(one: Button, at: datetime, zone: ZoneInfo) -> str:
    """已回复：3 需要支援 03:12. Empty where it is no answer."""
    said = wording(FILE, "ANSWERS", one.language).get(one.said, "")
    return shown(one, "replied", at, zone, said=said) if said else ""


def shown(one: Button, name: str, at: datetime, zone: ZoneInfo, **facts: str) -> str:
    """What became of it, by its name in forms.txt."""
    words = wording(FILE, "PRESSED", one.language)[name].format(clock=f"{at.astimezone(zone):%H:%M}", **facts)
    return in_line(words) if one.drill else words
