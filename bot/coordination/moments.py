"""Moments at which calls left, and those at which more may. Pure."""

import math
from bisect import insort
from collections.abc import Sequence

from bot.coordination.contract import Limit

Moments = tuple[float, ...]
NONE: Moments = ()


def following(
    moments: Sequence[float], limits: Sequence[Limit], at: float, ahead: Sequence[float], more: int, *, red: bool
) -> list[float]:
    """Of a window of these moments: when each of so many `more` may leave, once those `ahead` have left."""
    left, untils = sorted([*(min(moment, at) for moment in moments), *ahead]), list[float]()
    for _ in range(more):
        full = [(limit.allowed(red=red), limit.seconds) for limit in limits if len(left) >= limit.allowed(red=red)]
        untils.append(max([at, *(left[-allowed] + seconds for allowed, seconds in full)]))
        insort(left, untils[-1])
    return untils


def wait(until: float, at: float) -> float:
    """Seconds until then, none too few."""
    return math.nextafter(until - at, math.inf) if until > at else 0.0
