"""What processes need of each other beside the database: rate windows, and the word that something changed."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple, Protocol

Key = str | int  # a robot's id, a member's folded userid


@dataclass(frozen=True, slots=True)
class Limit:
    """At most `calls` in any window of `seconds`, counted fixed and sliding alike. `reserve` of them are for red."""

    calls: int
    seconds: float
    reserve: int = 0

    def allowed(self, *, red: bool) -> int:
        """How many a call of this kind finds at the most."""
        return self.calls if red else max(1, self.calls - self.reserve)


DAY = 86_400.0


@dataclass(frozen=True, slots=True)
class Quota:
    """What all targets of a road share: at most `most` calls, or copies where `copies` says so, in any window of
    `seconds`, counted fixed and sliding alike; of a whole DAY from one midnight to the next. `subject` says whose it
    is: roads that name the same draw on the same. `reserve` of them are for red. `most` is None where the platform
    sets a number that nobody has told us: then it is shown, not kept."""

    subject: str  # such as oa_template: what people are shown is found by it
    most: int | None
    seconds: float = DAY
    copies: bool = False  # members of the batch, or all of the group to which it goes
    reserve: int = 0
    east: float = 28_800.0  # seconds by which its midnight is before UTC's: the platforms' days are China's

    @property
    def daily(self) -> bool:
        return self.seconds == DAY

    @property
    def name(self) -> str:
        """Names it among those of a road, and where it is kept."""
        return f"{self.subject}/{'copies' if self.copies else 'calls'}/{self.seconds:.0f}"

    def allowed(self, *, red: bool) -> int:
        """How many a call of this kind finds at the most."""
        most = self.most or 0
        return most if red else max(1, most - self.reserve)

    def ends(self, at: float) -> float:
        """When the day of `at` is over."""
        return (at + self.east) // DAY * DAY + DAY - self.east


class Granted(NamedTuple):
    """What a call was told: seconds until it may leave, 0 where it may now and is counted; and for how many of its
    copies there is room now."""

    wait: float
    room: int


class Coordination(Protocol):
    """Holds only what may vanish; truth is in SQL. Every form passes tests/contracts/test_coordination.py.
    A `space` holds keys of one kind, such as the members of one application; times are wall time in seconds."""

    async def take(
        self, space: str, keys: Sequence[Key], limits: Sequence[Limit], at: float, *, red: bool, together: bool = False
    ) -> list[float]:
        """For each key: 0 where a call may leave now (and is counted), else the seconds until one may. `together`: all
        are counted, or none is."""
        ...

    async def line(self, space: str, key: Key) -> list[int]:
        """Whose batches were given a turn for a key, and may wait for it still."""
        ...

    async def give(
        self, space: str, key: Key, limits: Sequence[Limit], one: int, rank: int, at: float, *, red: bool,
        gone: Sequence[int] = (),
    ) -> dict[int, float]:  # fmt: skip
        """A turn in the key's line for a batch of this rank, for which there is no room now: the seconds until it may
        leave, and of each behind it that this moves. Before it are the more severe, and of its rank whoever has waited
        longer; those who are `gone` wait no longer. Nothing is counted."""
        ...

    async def counted(
        self, space: str, keys: Sequence[Key], limits: Sequence[Limit], at: float, times: int = 1
    ) -> None:
        """Calls that left at `at`, as found in the batches after a restart."""
        ...

    async def moved(self, space: str, keys: Sequence[Key], limits: Sequence[Limit], taken: float, at: float) -> None:
        """A call that was counted at `taken` was answered only `at`: the platform may have counted it as late."""
        ...

    async def undone(self, space: str, keys: Sequence[Key], limits: Sequence[Limit], taken: float) -> None:
        """A call that was counted at `taken` did not leave after all."""
        ...

    async def spend(
        self, space: str, quotas: Sequence[Quota], copies: Sequence[int], at: float, *, red: bool
    ) -> list[Granted]:
        """Calls by one road, in turn, each for so many copies: whether all its `quotas` have room. One that has leaves,
        though a larger one before it waits."""
        ...

    async def spent(
        self, space: str, quotas: Sequence[Quota], calls: int, copies: int, at: float, taken: float | None = None
    ) -> None:
        """So many calls for so many copies left at `at`, as found in the batches after a restart; `taken`: they were
        counted under that moment, and were answered only now."""
        ...

    async def unspent(self, space: str, quotas: Sequence[Quota], calls: int, copies: int, taken: float) -> None:
        """So many calls that were counted at `taken` did not leave after all."""
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
