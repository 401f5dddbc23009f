"""What the calendar has asked somebody and still waits for: one protocol for all of its rooms."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime

from handlers.chat.turn import Turn
from handlers.chat.understand.intents import Intent

THERE = frozenset({Intent.received, Intent.arrived})
YES_OR_NO = THERE | {Intent.cannot}


@dataclass(frozen=True)
class Question:
    """`settle` does what the answer says and gives what is said to it; nothing where somebody was quicker. What is
    `first` cannot wait for what was asked later; `names` are the words by which it is known; `still` is
    what is said of it to whoever has just answered an alert instead, empty where its room says it itself."""

    asked_at: datetime
    takes: frozenset[Intent]
    settle: Callable[[Turn, Intent], Awaitable[str]]
    first: bool = False
    names: tuple[str, ...] = ()
    drill: bool = False
    still: str = ""

    def named(self, words: str) -> bool:
        return any(name in words for name in self.names)
