"""What processes need of each other beside the database: rate windows, and the word that something changed."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

Key = str | int  # a robot's id, a member's folded userid


@dataclass(frozen=True, slots=True)
class Limit:
    """At most `calls` in any window of `seconds`, counted fixed and sliding alike. `reserve` of them are for red."""

    calls: int
    seconds: float
    reserve: int = 0


class Coordination(Protocol):
    """Holds only what may vanish; truth is in SQL. Every form passes tests/contracts/test_coordination.py.
    A `space` holds keys of one kind, such as the members of one application; times are wall time in seconds."""

    async def take(
        self, space: str, keys: Sequence[Key], limits: Sequence[Limit], at: float, *, red: bool, together: bool = False
    ) -> list[float]:
        """For each key: 0 where a call may leave now (and is counted), else the seconds until one may. `together`: all
        are counted, or none is."""
        ...

    async def counted(
        self, space: str, keys: Sequence[Key], limits: Sequence[Limit], at: float, times: int = 1
    ) -> None:
        """Calls that left at `at`, as found in the batches after a restart."""
        ...

    async def moved(self, space: str, keys: Sequence[Key], limits: Sequence[Limit], taken: float, at: float) -> None:
        """A call that was counted at `taken` was answered only `at`: the platform may have counted it as late."""
        ...

    async def empty(self) -> bool:
        """True where what was counted is gone, or was counted elsewhere, and it falls to us to count anew what left;
        then `filled` is awaited. Nothing may leave meanwhile."""
        ...

    async def filled(self) -> bool:
        """All is counted; False where it has to be counted once more."""
        ...

    def among(self, place: int, of: int) -> None:
        """Which of so many living processes that take we are: where they cannot ask each other, keys are shared out."""
        ...

    async def changed(self, within: float) -> bool:
        """Wait until somebody committed, at most `within` seconds. False when nothing was heard."""
        ...

    async def close(self) -> None: ...
