"""How often one base interface was called: in any minute and any hour, fixed and sliding."""

from collections import deque
from collections.abc import Sequence

from bot.simulator.config import Window
from bot.simulator.tables.limits import Rate


class Frequency:
    def __init__(self, rates: Sequence[Rate]) -> None:
        self._left: dict[Rate, deque[float]] = {rate: deque() for rate in rates}
        self._fixed: dict[Rate, tuple[int, int]] = dict.fromkeys(rates, (0, 0))

    def broken(self, window: Window, at: float) -> Rate | None:
        """The rate that one more call would break, or none; then it is counted."""
        for rate, left in self._left.items():
            while left and left[0] <= at - rate.seconds:
                left.popleft()
            fixed, sliding = self._within(rate, at)[1], len(left)
            used = {Window.fixed: fixed, Window.sliding: sliding, Window.both: max(fixed, sliding)}[window]
            if used >= rate.number:
                return rate
        for rate, left in self._left.items():
            left.append(at)
            period, number = self._within(rate, at)
            self._fixed[rate] = (period, number + 1)
        return None

    def _within(self, rate: Rate, at: float) -> tuple[int, int]:
        """The present window of the clock, and how many it holds."""
        period = int(at // rate.seconds)
        then, number = self._fixed[rate]
        return period, number if then == period else 0
