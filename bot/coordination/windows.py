"""Rate windows in memory. A key's window is a tuple of moments: 100,000 deques would be 134 MB."""

import math
from collections.abc import Sequence

from bot.coordination.contract import Limit


class Windows:
    """Counts calls per key. A call may leave when fewer than the limit left both in the last `seconds` (sliding) and
    in the current clock window (fixed); whoever keeps the sliding rule keeps the fixed one too, so one count serves."""

    def __init__(self) -> None:
        self._left: dict[str, tuple[float, ...]] = {}

    def take(self, keys: Sequence[str], limit: Limit, at: float, *, red: bool) -> list[float]:
        allowed = limit.calls if red else max(1, limit.calls - limit.reserve)
        left, since = self._left, at - limit.seconds
        waits = []
        for key in keys:
            moments = left.get(key, ())
            if moments and moments[0] <= since:
                moments = tuple(m for m in moments if m > since)
            if len(moments) < allowed:
                left[key] = (*moments, at)
                waits.append(0.0)
            else:
                left[key] = moments
                waits.append(math.nextafter(moments[len(moments) - allowed] + limit.seconds - at, math.inf))
        return waits

    def counted(self, key: str, at: float) -> None:
        self._left[key] = tuple(sorted((*self._left.get(key, ()), at)))

    def sweep(self, limit: Limit, at: float) -> None:
        """Forget keys whose calls are all past."""
        self._left = {key: moments for key, moments in self._left.items() if moments[-1] > at - limit.seconds}
