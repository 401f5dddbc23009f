"""What was called, answered, shown and broken since the counts were last cleared."""

from collections import Counter, defaultdict
from datetime import UTC, datetime
from typing import Any

from bot.simulator.config import Side
from bot.simulator.world.chats import Chat, Chats

KINDS = ("members", "followers", "groups")


class Counts:
    def __init__(self) -> None:
        self.clear()

    def clear(self) -> None:
        self.calls: Counter[str] = Counter()
        self.codes: defaultdict[str, Counter[int]] = defaultdict(Counter)
        self.limits: Counter[str] = Counter()
        self.faults: Counter[str] = Counter()
        self.copies: Counter[str] = Counter()
        self.reached: defaultdict[str, set[Chat]] = defaultdict(set)
        self.callbacks: dict[Side, Counter[str]] = {side: Counter() for side in Side}
        self.first_accepted: float | None = None
        self.last_accepted: float | None = None

    def accept(self, chats: Chats, chat: Chat, at: float) -> None:
        self.copies[chats.kind] += 1
        self.reached[chats.kind].add(chat)
        if self.first_accepted is None:
            self.first_accepted = at
        self.last_accepted = at

    def view(self) -> dict[str, Any]:
        """`copies` less `reached` are the repeats. Times are RFC 3339."""
        return {
            "calls": dict(self.calls),
            "codes": {name: {str(code): n for code, n in codes.items()} for name, codes in self.codes.items()},
            "limits": dict(self.limits),
            "faults": dict(self.faults),
            "copies": {kind: self.copies[kind] for kind in KINDS},
            "reached": {kind: len(self.reached[kind]) for kind in KINDS},
            "callbacks": {str(side): dict(counted) for side, counted in self.callbacks.items()},
            "first_accepted_at": stamp(self.first_accepted),
            "last_accepted_at": stamp(self.last_accepted),
        }


def stamp(at: float | None) -> str | None:
    return None if at is None else datetime.fromtimestamp(at, UTC).isoformat(timespec="microseconds")
