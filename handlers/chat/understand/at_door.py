"""What somebody says of a door: 敲开了, 没人在, 需要支援. Pure. Who needs support comes before everything; 已敲开 is
taken from words only where nothing beside it raises a doubt."""

import re
from typing import NamedTuple

from broadcasts.tasks.knocks.models import State
from handlers.chat.understand.intents import Intent
from handlers.chat.understand.read import understand
from handlers.chat.understand.vocabulary import vocabulary
from handlers.chat.understand.words import bare

BY_DIGIT = {1: State.knows, 2: State.nobody, 3: State.help}
DIGIT = re.compile(r"^[0-9]\W*")
MYSELF = re.compile(r"(?:我|俺)们?(?:人|都|也|要|还|正|在|现在|已经|今天|今晚)*")  # who speaks of herself
READ = ("收到", "知道了", "好的")  # the errand, and not the door


class AtDoor(NamedTuple):
    """`state` is None where it is not plain what was found; `read`: only the errand was read."""

    state: State | None
    read: bool = False
    digit: bool = False


def of_a_door(text: str) -> bool:
    """Whether words stand there that only a door is spoken of by."""
    words = bare(text)
    return _any(words, "door_open") or _closed(words)


def at_door(text: str) -> AtDoor:
    """What was found there. A door that did not open comes before one that did."""
    read, rest = understand(text), without_digit(text)
    n = read.n if read.intent is Intent.digit else None
    words = bare(rest)
    closed, doubted = _closed(words), _any(words, "door_doubt")
    if n == 3 or understand(rest).intent is Intent.help or (read.plea and not closed):
        return AtDoor(State.help)
    if closed:
        return AtDoor(None if n == 1 else State.nobody, digit=n is not None)
    if _any(words, "door_open"):
        return AtDoor(None if n == 2 or doubted else State.knows, digit=n is not None)
    if n == 1 and any(word in words for word in READ):
        return AtDoor(None, read=True)
    return AtDoor(None if n == 1 and doubted else BY_DIGIT.get(n or 0), digit=n is not None)


def without_digit(text: str) -> str:
    return DIGIT.sub("", text.strip())


def _any(words: str, name: str) -> bool:
    return any(word in words for word in vocabulary().part[name])


def _closed(words: str) -> bool:
    """Nobody is there; whoever says that she herself is away speaks of no door."""
    if words in vocabulary().whole["door_nobody"] or _any(words, "door_nobody"):
        return True
    found = ((word, words.find(word)) for word in vocabulary().part["door_away"])
    return any(at >= 0 and not _of_myself(words[:at]) for _, at in found)


def _of_myself(before: str) -> bool:
    return any(MYSELF.fullmatch(before, start) for start in range(len(before)))
