"""What the targets of a road share, counted in memory: of each quota a short list of how many left when."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from bot.coordination.contract import Granted, Quota

GRAIN = 240  # a window is counted in so many parts: what left in one counts as its last
SLACK = 1e-6  # seconds by which a moment lies behind what it waits for


@dataclass(slots=True)
class Entry:
    first: float
    last: float
    number: int


@dataclass(slots=True)
class Used:
    """How many left, in rising order. A day's are one entry, a window's at most GRAIN and one."""

    entries: list[Entry] = field(default_factory=list)
    number: int = 0

    def forget(self, quota: Quota, at: float) -> None:
        """What is past counts no longer; what is later than now (the clock was set back) counts as of now."""
        floor = past(quota, at)
        kept = [one for one in self.entries if one.last > floor]
        for one in kept:
            one.first, one.last = min(one.first, at), min(one.last, at)
        self.entries, self.number = kept, sum(one.number for one in kept)

    def add(self, quota: Quota, number: int, at: float) -> None:
        self.number += number
        if self.entries and ((one := self.entries[-1]).first >= joins(quota, at) or one.last > at):
            one.number, one.last = one.number + number, max(one.last, at)
        else:
            self.entries.append(Entry(at, at, number))

    def undo(self, number: int, taken: float) -> None:
        for one in self.entries:
            if one.first <= taken <= one.last:  # else it is past, and gone
                gone = min(number, one.number)
                one.number, self.number = one.number - gone, self.number - gone
                return

    def wait(self, quota: Quota, number: int, at: float, allowed: int) -> float:
        """Seconds until so many more have room."""
        over = self.number + number - allowed
        if over <= 0:
            return 0.0
        if quota.daily:
            return quota.ends(at) - at
        for one in self.entries:
            over -= one.number
            if over <= 0:
                return one.last + quota.seconds - at + SLACK
        return quota.seconds


class Quotas:
    def __init__(self) -> None:
        self._used: dict[str, Used] = {}

    def spend(
        self, space: str, quotas: Sequence[Quota], copies: Sequence[int], at: float, *, red: bool
    ) -> list[Granted]:
        counts = [(quota, self._of(space, quota), quota.allowed(red=red)) for quota in quotas]
        for quota, used, _ in counts:
            used.forget(quota, at)
        granted = []
        for number in copies:
            waits = [used.wait(q, number if q.copies else 1, at, allowed) for q, used, allowed in counts]
            if wait := max(waits):
                granted.append(Granted(wait, _room(counts, number)))
                continue
            granted.append(Granted(0.0, number))
            for quota, used, _ in counts:
                used.add(quota, number if quota.copies else 1, at)
        return granted

    def spent(
        self, space: str, quotas: Sequence[Quota], calls: int, copies: int, at: float, taken: float | None = None
    ) -> None:
        for quota in quotas:
            used, number = self._of(space, quota), copies if quota.copies else calls
            if taken is not None:
                used.undo(number, taken)
            used.add(quota, number, at)

    def unspent(self, space: str, quotas: Sequence[Quota], calls: int, copies: int, taken: float) -> None:
        for quota in quotas:
            self._of(space, quota).undo(copies if quota.copies else calls, taken)

    def _of(self, space: str, quota: Quota) -> Used:
        return self._used.setdefault(f"{space}/{quota.name}", Used())


def past(quota: Quota, at: float) -> float:
    """What left until then counts no longer."""
    return quota.ends(at) - quota.seconds - SLACK if quota.daily else at - quota.seconds


def joins(quota: Quota, at: float) -> float:
    """An entry that began at that moment or later takes in what leaves now."""
    return quota.ends(at) - quota.seconds if quota.daily else at - quota.seconds / GRAIN


def _room(counts: Iterable[tuple[Quota, Used, int]], number: int) -> int:
    for quota, used, allowed in counts:
        free = max(0, allowed - used.number)
        number = min(number, free if quota.copies else number if free else 0)
    return number
