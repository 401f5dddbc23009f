"""What processes need of each other beside the database: rate windows, one-at-a-time, and the word that it changed."""

from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Limit:
    """At most `calls` in any window of `seconds`, counted fixed and sliding alike. `reserve` of them are for red."""

    calls: int
    seconds: float
    reserve: int = 0


class Coordination(Protocol):
    """Holds only what may vanish; truth is in SQL. Every form passes tests/contracts/test_coordination.py."""

    async def take(self, keys: Sequence[str], limit: Limit, at: float, *, red: bool) -> list[float]:
        """For each key: 0 where a call may leave now (and is counted), else the seconds until one may.
        `at` is wall time in seconds."""
        ...

    async def counted(self, key: str, limit: Limit, at: float) -> None:
        """A call that left at `at`, as found in the batches after a restart."""
        ...

    def alone(self, name: str) -> AbstractAsyncContextManager[None]:
        """One at a time, across all processes."""
        ...

    async def changed(self, within: float) -> bool:
        """Wait until somebody committed, at most `within` seconds. False when nothing was heard."""
        ...

    async def close(self) -> None: ...
