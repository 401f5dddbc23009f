"""A platform that takes everything and counts by itself, each call at some moment between leaving and answer."""

import asyncio
import random
from bisect import bisect_left, insort
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

from bot.channels.contract import Parcel, Receipt
from bot.coordination.contract import Limit, Quota


@dataclass(frozen=True)
class Call:
    left: float
    counted: float
    answered: float
    text: str
    keys: tuple[str, ...]
    copies: int


@dataclass
class VirtualChannel:
    """`sizes` are those of the application's groups; `seconds` is the least and the most that a call takes."""

    name: str
    limits: tuple[Limit, ...]
    quotas: tuple[Quota, ...]
    seconds: tuple[float, float]
    chance: random.Random
    start: float
    sizes: dict[str, int] = field(default_factory=dict)
    repeatable: bool = True
    probe: Parcel | None = None
    calls: list[Call] = field(default_factory=list)

    async def send(self, parcel: Parcel) -> Receipt:
        loop = asyncio.get_running_loop()
        left, took = self.start + loop.time(), self.chance.uniform(*self.seconds)
        keys = tuple(parcel.members) or (parcel.robot_key,)
        copies = sum(self.sizes.get(key, 1) for key in keys)
        counted = left + took * self.chance.random()
        await asyncio.sleep(took)
        self.calls.append(Call(left, counted, left + took, parcel.text, keys, copies))
        return Receipt()

    def broken(self) -> int:
        """How many windows, fixed or sliding, hold more than the platform allows."""
        moments: defaultdict[str, list[float]] = defaultdict(list)
        for call in self.calls:
            for key in call.keys:
                insort(moments[key], call.counted)
        found = sum(_over([(at, 1) for at in times], limit.calls, limit.seconds)
                    for limit in self.limits for times in moments.values())  # fmt: skip
        ordered = sorted(self.calls, key=lambda call: call.counted)
        for quota in self.quotas:
            counts = [(call.counted, call.copies if quota.copies else 1) for call in ordered]
            found += _over(counts, quota.most or 0, quota.seconds, fixed_from=-quota.east if quota.daily else 0.0)
        return found


def _over(counts: Sequence[tuple[float, int]], most: int, seconds: float, fixed_from: float = 0.0) -> int:
    """Of a day only what the clock cuts counts."""
    fixed: Counter[int] = Counter()
    for at, number in counts:
        fixed[int((at - fixed_from) // seconds)] += number
    over = sum(number > most for number in fixed.values())
    if fixed_from:
        return over
    times, sums = [at for at, _ in counts], [0]
    for _, number in counts:
        sums.append(sums[-1] + number)
    return over + sum(sums[n + 1] - sums[bisect_left(times, at - seconds + 1e-6)] > most for n, at in enumerate(times))
