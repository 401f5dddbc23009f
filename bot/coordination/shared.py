"""Coordination of many processes. Windows are in Redis; while it is away, each process counts alone for its own part of
the keys, from what the batches say, so that no limit is broken and sending goes on."""

import logging
import zlib
from collections import defaultdict
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from bot.clock import Clock
from bot.coordination.contract import DAY, Granted, Key, Limit, Quota
from bot.coordination.quotas import Quotas
from bot.coordination.redis_windows import AWAY, RedisWindows
from bot.coordination.watch import Watch
from bot.coordination.windows import Windows

log = logging.getLogger(__name__)
T = TypeVar("T")

PROBE = 1.0  # seconds between two tries to reach it
SETTLED = 5.0  # seconds after its return in which others may not have noticed: keys are still shared out
AGAIN = 0.1  # seconds after which a key that nobody may take yet is asked for again
OTHERS = 0.3  # … and one that is another's, or whose owner is not known
LEARNT = 2.5  # seconds in which every living process has looked round
UNKNOWN = 0  # of so many processes: nothing is ours


@dataclass(slots=True)
class Alone:
    """How one process counts while Redis is away."""

    windows: defaultdict[str, Windows] = field(default_factory=lambda: defaultdict(Windows))
    quotas: Quotas = field(default_factory=Quotas)


@dataclass(slots=True)
class Missed:
    """What we counted alone, when, for how many seconds that matters, and how Redis hears of it."""

    at: float
    longest: float
    tell: Callable[[], Awaitable[None]]


class SharedCoordination:
    """`_alone` holds what we count while Redis is away; None while it answers."""

    def __init__(self, windows: RedisWindows, watch: Watch, clock: Clock) -> None:
        self._there, self._watch, self._clock = windows, watch, clock
        self._alone: Alone | None = None
        self._missed: list[Missed] = []
        self._empty = True  # nothing leaves until we know that what was counted is there
        self._place, self._of = 0, UNKNOWN
        self._losses = self._counting = 0  # how often it was lost, and what that was when counting began
        self._probed = self._returned = self._quiet = float("-inf")

    async def take(
        self, space: str, keys: Sequence[Key], limits: Sequence[Limit], at: float, *, red: bool, together: bool = False
    ) -> list[float]:
        if self._empty:
            return [AGAIN] * len(keys)
        ours = self._shared_out(space, keys)
        if not all(ours) and (together or not any(ours)):
            return [OTHERS] * len(keys)
        mine = [key for key, own in zip(keys, ours, strict=True) if own]
        waits = iter(await self._waits(space, mine, limits, at, red=red, together=together))
        return [next(waits) if own else OTHERS for own in ours]

    async def _waits(
        self, space: str, keys: Sequence[Key], limits: Sequence[Limit], at: float, *, red: bool, together: bool
    ) -> list[float]:
        if self._alone is not None:
            waits_ = self._alone.windows[space].take(keys, limits, at, red=red, together=together)
            left = [] if together and any(waits_) else [k for k, wait in zip(keys, waits_, strict=True) if not wait]
            if left:
                self._miss(limits, at, lambda: self._there.put(space, left, limits, at, 1, None))
            return waits_
        waits = await self._asked(self._there.take(space, keys, limits, at, red=red, together=together))
        return [AGAIN] * len(keys) if waits is None else waits

    async def line(self, space: str, key: Key) -> list[int]:
        if self._alone is not None:
            return self._alone.windows[space].line(key)
        try:
            return await self._there.line(space, key)
        except AWAY as error:
            self._lost(error)
            return []

    async def give(
        self, space: str, key: Key, limits: Sequence[Limit], one: int, rank: int, at: float, *, red: bool,
        gone: Sequence[int] = (),
    ) -> dict[int, float]:  # fmt: skip
        if self._empty:
            return {one: AGAIN}
        if self._alone is not None:
            return self._alone.windows[space].give(key, limits, one, rank, at, red=red, gone=gone)
        given = await self._asked(self._there.give(space, key, limits, one, rank, at, red=red, gone=gone))
        return {one: AGAIN} if given is None else given

    def _shared_out(self, space: str, keys: Sequence[Key]) -> list[bool]:
        """Which keys are ours. Robots are shared out one by one; members, who are asked by the thousand, by road, and
        with them what they share."""
        if self._alone is None and self._clock.monotonic() >= self._returned + SETTLED:
            return [True] * len(keys)
        if self._of == UNKNOWN or self._clock.monotonic() < self._quiet:
            return [False] * len(keys)
        road = space.partition("/")[0]
        names = [f"{key}" if isinstance(key, int) else road for key in keys]
        return [zlib.crc32(name.encode()) % self._of == self._place for name in names]

    async def spend(
        self, space: str, quotas: Sequence[Quota], copies: Sequence[int], at: float, *, red: bool
    ) -> list[Granted]:
        if self._empty:
            return [Granted(AGAIN, 0)] * len(copies)
        if not self._shared_out(space, [space])[0]:
            return [Granted(OTHERS, 0)] * len(copies)
        if self._alone is not None:
            granted = self._alone.quotas.spend(space, quotas, copies, at, red=red)
            left = [number for number, one in zip(copies, granted, strict=True) if not one.wait]
            if left:
                self._miss(quotas, at, lambda: self._there.spent(space, quotas, len(left), sum(left), at, None))
            return granted
        told = await self._asked(self._there.spend(space, quotas, copies, at, red=red))
        return [Granted(AGAIN, 0)] * len(copies) if told is None else told

    async def _asked(self, asking: Awaitable[T | None]) -> T | None:
        """None where it is away, or what was counted there is gone."""
        try:
            said = await asking
        except AWAY as error:
            self._lost(error)
            said = None
        self._empty |= said is None
        return said

    async def spent(
        self, space: str, quotas: Sequence[Quota], calls: int, copies: int, at: float, taken: float | None = None
    ) -> None:
        if self._alone is None:
            await self._told(self._there.spent(space, quotas, calls, copies, at, taken))
            return
        self._alone.quotas.spent(space, quotas, calls, copies, at, taken)
        if taken is not None:
            self._miss(quotas, at, lambda: self._there.spent(space, quotas, calls, copies, at, taken))

    async def unspent(self, space: str, quotas: Sequence[Quota], calls: int, copies: int, taken: float) -> None:
        if self._alone is not None:
            self._alone.quotas.unspent(space, quotas, calls, copies, taken)
            self._miss(quotas, taken, lambda: self._there.unspent(space, quotas, calls, copies, taken))
        else:
            await self._told(self._there.unspent(space, quotas, calls, copies, taken))

    async def counted(
        self, space: str, keys: Sequence[Key], limits: Sequence[Limit], at: float, times: int = 1
    ) -> None:
        if self._alone is not None:
            self._alone.windows[space].counted(keys, at, times)
        else:
            await self._told(self._there.put(space, keys, limits, at, times, None))

    async def moved(self, space: str, keys: Sequence[Key], limits: Sequence[Limit], taken: float, at: float) -> None:
        if self._alone is not None:
            self._alone.windows[space].moved(keys, taken, at)
            self._miss(limits, at, lambda: self._there.put(space, keys, limits, at, 1, taken))
        else:
            await self._told(self._there.put(space, keys, limits, at, 1, taken))

    async def undone(self, space: str, keys: Sequence[Key], limits: Sequence[Limit], taken: float) -> None:
        if self._alone is not None:
            self._alone.windows[space].undone(keys, taken)
            self._miss(limits, taken, lambda: self._there.undone(space, keys, limits, taken))
        else:
            await self._told(self._there.undone(space, keys, limits, taken))

    async def _told(self, telling: Awaitable[None]) -> None:
        try:
            await telling
        except AWAY as error:
            self._lost(error)

    def _miss(self, limits: Sequence[Limit | Quota], at: float, tell: Callable[[], Awaitable[None]]) -> None:
        self._missed.append(Missed(at, max(limit.seconds for limit in limits), tell))

    async def empty(self) -> bool:
        """Also looks, once a second, whether Redis is there again."""
        if self._alone is not None and self._clock.monotonic() >= self._probed + PROBE:
            await self._look()
        elif self._alone is None and self._empty:
            await self._begin()
        self._counting = self._losses
        return self._empty

    async def _look(self) -> None:
        """Whether it is there again. It hears what we counted without it and still matters; another run is counted anew
        as well, and so a call twice: that only delays."""
        self._probed = self._clock.monotonic()
        try:
            same = await self._there.meet()
            await self._replay(same)
            empty = await self._there.begin()
        except AWAY:
            return
        log.warning("Redis answers again; keys stay shared out for %.0f s", SETTLED)
        self._alone, self._missed, self._empty = None, [], empty
        self._returned = self._clock.monotonic()

    async def _replay(self, same: bool) -> None:
        """Of a day nothing is told twice: that would be lacking until midnight."""
        newest = max((one.at for one in self._missed), default=0.0)
        while self._missed:
            one = self._missed[0]
            if one.at > newest - one.longest and (same or one.longest < DAY):
                await one.tell()
            self._missed.pop(0)

    async def _begin(self) -> None:
        try:
            await self._there.meet()
            self._empty = await self._there.begin()
        except AWAY as error:
            self._lost(error)

    async def filled(self) -> bool:
        if self._losses != self._counting:  # lost in the middle: half of it was counted elsewhere
            return False
        if self._alone is None:
            try:
                await self._there.filled()
            except AWAY as error:
                self._lost(error)
                return False
        self._empty = False
        return True

    def _lost(self, error: BaseException) -> None:
        """From now on we count alone, as soon as we have counted what left."""
        log.warning("Redis is away (%s); each process goes on with its part of the keys", type(error).__name__)
        self._alone, self._empty, self._probed = Alone(), True, self._clock.monotonic()
        self._losses += 1

    def among(self, place: int, of: int) -> None:
        """Where keys change hands while we count alone, their windows are counted anew, and nothing leaves until every
        other has learnt of it too."""
        if (place, of) == (self._place, self._of):
            return
        if self._alone is not None and self._of != UNKNOWN:
            self._alone, self._empty, self._losses = Alone(), True, self._losses + 1
            self._quiet = self._clock.monotonic() + LEARNT
        self._place, self._of = place, of

    async def changed(self, within: float) -> bool:
        return await self._watch.changed(within)

    async def close(self) -> None:
        await self._watch.close()
        await self._there.close()
