"""Telephones that a voice gateway or the platform's emergency call rings, and what became of each ring."""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass, field

STATES = ("ringing", "answered", "not_answered", "busy", "refused", "failed")
OVER = frozenset(STATES) - {"ringing", "answered"}
LETTERS = 4  # of speech in a second


@dataclass(slots=True, eq=False)
class Ring:
    """`phone` is a number, or a member's userid. `text` is what the gateway will say, `clip` what it plays before."""

    id: str
    phone: str
    at: float
    text: str = ""
    language: str = ""
    clip: str = ""
    seconds: int = 0
    state: str = "ringing"
    heard: int = 0
    key: str = ""
    reason: int = 0
    told: list[str] = field(default_factory=list)  # what became of each callback

    @property
    def whole(self) -> int:
        """Seconds that all of it takes."""
        return min(self.seconds, max(1, len(self.text) // LETTERS)) if self.text else 0


class Telephones:
    def __init__(self) -> None:
        self._rings: dict[str, Ring] = {}
        self._waits: set[asyncio.Task[None]] = set()  # until nobody has taken a ring

    def __iter__(self) -> Iterator[Ring]:
        return iter(self._rings.values())

    def __len__(self) -> int:
        return len(self._rings)

    def known(self, id: str) -> Ring | None:
        return self._rings.get(id)

    def ring(self, ring: Ring) -> None:
        self._rings[ring.id] = ring

    def wait(self, end: "asyncio.Task[None]") -> None:
        self._waits.add(end)
        end.add_done_callback(self._waits.discard)

    async def close(self) -> None:
        for end in self._waits:
            end.cancel()
        await asyncio.gather(*self._waits, return_exceptions=True)

    def of(self, phone: str) -> list[Ring]:
        """Oldest first."""
        return [ring for ring in self if ring.phone == phone]

    @property
    def open(self) -> int:
        """Lines that are taken."""
        return sum(ring.state == "ringing" for ring in self)
