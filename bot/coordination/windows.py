"""Rate windows in memory. A key's window is a tuple of moments: 100,000 deques would be 134 MB."""

from bisect import bisect_right, insort
from collections.abc import Callable, Iterable, Sequence

from bot.coordination.contract import Key, Limit
from bot.coordination.lines import Lines
from bot.coordination.moments import NONE, Moments, wait


class Windows:
    """Counts calls per key. A call may leave when fewer than each limit left both in the last `seconds` (sliding) and
    in the current clock window (fixed); whoever keeps the sliding rule keeps the fixed one too, so one count serves.
    Keys that were always taken together share one tuple: it is judged once for all of them."""

    def __init__(self) -> None:
        self._left: dict[Key, Moments] = {}
        self._lines = Lines()
        self._sweep_at = 0.0

    def __len__(self) -> int:
        return len(self._left)

    def take(
        self, keys: Sequence[Key], limits: Sequence[Limit], at: float, *, red: bool, together: bool = False
    ) -> list[float]:
        """For each key the seconds to wait, 0 where the call is counted; `together`: counted are all or none."""
        self._sweep(limits, at)
        if together and any(waits := [_judged(self._left.get(key, NONE), limits, at, red)[0] for key in keys]):
            return waits
        left, known = self._left, dict[int, tuple[float, Moments, Moments]]()
        waits = []
        for key in keys:
            moments = left.get(key, NONE)
            told = known.get(id(moments))
            if told is None:
                told = known[id(moments)] = (*_judged(moments, limits, at, red), moments)  # kept, so that its id is
            left[key] = told[1]
            waits.append(told[0])
        return waits

    def line(self, key: Key) -> list[int]:
        """Who was given a turn, and may wait still."""
        return self._lines.of(key)

    def give(
        self, key: Key, limits: Sequence[Limit], one: int, rank: int, at: float, *, red: bool, gone: Iterable[int] = ()
    ) -> dict[int, float]:
        """Seconds until this one may leave, and each behind it that this moves; nothing is counted."""
        left = self._left.get(key, NONE)
        dues = self._lines.give(key, left, limits, one, rank, at, red=red, gone=gone)
        return {number: wait(due, at) for number, due in dues.items()}

    def counted(self, keys: Sequence[Key], at: float, times: int = 1) -> None:
        """Calls that left at `at`, in any order."""
        self._each(keys, lambda moments: _with(moments, at, times))

    def moved(self, keys: Sequence[Key], taken: float, at: float) -> None:
        """What was counted at `taken` counts at `at`."""
        self._each(keys, lambda moments: _with(_without(moments, taken), at, 1))

    def undone(self, keys: Sequence[Key], taken: float) -> None:
        """A call that was counted at `taken` did not leave."""
        self._each(keys, lambda moments: _without(moments, taken))

    def _each(self, keys: Sequence[Key], change: Callable[[Moments], Moments]) -> None:
        left, known = self._left, dict[int, tuple[Moments, Moments]]()
        for key in keys:
            moments = left.get(key, NONE)
            told = known.get(id(moments))
            if told is None:
                told = known[id(moments)] = (change(moments), moments)
            left[key] = told[0]

    def _sweep(self, limits: Sequence[Limit], at: float) -> None:
        """Forget keys whose calls are all past, once per longest window."""
        if at < self._sweep_at:
            return
        longest = max(limit.seconds for limit in limits)
        self._left = {key: moments for key, moments in self._left.items() if moments and moments[-1] > at - longest}
        self._sweep_at = at + longest


def _judged(moments: Moments, limits: Sequence[Limit], at: float, red: bool) -> tuple[float, Moments]:
    """The seconds to wait, and the moments after it: with `at` where nothing is to wait for."""
    if not moments:
        return 0.0, (at,)
    if moments[-1] > at:  # late answers, or the clock was set back: then they count as of now, and block no longer
        moments = tuple(min(moment, at) for moment in moments)
    oldest = at - max(limit.seconds for limit in limits)
    if moments[0] <= oldest:
        moments = moments[bisect_right(moments, oldest) :]
    longest = 0.0
    for limit in limits:
        allowed = limit.allowed(red=red)
        if len(moments) >= allowed and (until := moments[-allowed] + limit.seconds) > at:
            longest = max(longest, wait(until, at))
    return longest, moments if longest else (*moments, at)


def _with(moments: Moments, at: float, times: int) -> Moments:
    if not moments or moments[-1] <= at:
        return moments + (at,) * times
    known = [*moments]
    for _ in range(times):
        insort(known, at)
    return tuple(known)


def _without(moments: Moments, taken: float) -> Moments:
    """Less one call of that moment; where it is gone by now, as they are."""
    where = bisect_right(moments, taken) - 1
    return moments[:where] + moments[where + 1 :] if where >= 0 and moments[where] == taken else moments
