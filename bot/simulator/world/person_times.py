"""How many persons an application's groups were written to: all groups together, in any minute and any hour."""

from collections import deque
from collections.abc import Sequence

from bot.simulator.config import Window
from bot.simulator.tables.limits import Rate


class PersonTimes:
    def __init__(self) -> None:
        self._left: deque[tuple[float, int]] = deque()

    def broken(self, persons: int, rates: Sequence[Rate], window: Window, at: float) -> Rate | None:
        """The rate that so many more would break, or none; then they are counted."""
        longest = max(rate.seconds for rate in rates)
        while self._left and self._left[0][0] < at - 2 * longest:
            self._left.popleft()
        for rate in rates:
            if self._used(rate, window, at) + persons > rate.number:
                return rate
        self._left.append((at, persons))
        return None

    def _used(self, rate: Rate, window: Window, at: float) -> int:
        fixed = sum(persons for then, persons in self._left if then >= at - at % rate.seconds)
        sliding = sum(persons for then, persons in self._left if then > at - rate.seconds)
        return {Window.fixed: fixed, Window.sliding: sliding, Window.both: max(fixed, sliding)}[window]
