"""What processes need of each other beside the database: rate windows, one-at-a-time, and the word that it changed."""

from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager
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

    async def moved(self, space: str, keys: Sequence[Key], taken: float, at: float) -> None:
        """A call that was counted at `taken` was answered only `at`: the platform may have counted it as late."""
        ...

    def alone(self, name: str) -> AbstractAsyncContextManager[None]:
        """One at a time, across all processes."""
        ...

    async def changed(self, within: float) -> bool:
        """Wait until somebody committed, at most `within` seconds. False when nothing was heard."""
        ...

    async def close(self) -> None: ...
