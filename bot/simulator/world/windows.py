"""Rates, counted on what a chat was shown. Pure: messages and the time in, a verdict out."""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence

from bot.simulator.config import Window
from bot.simulator.tables.limits import Rate
from bot.simulator.world.messages import Shown


def full(messages: Sequence[Shown], rate: Rate, window: Window, at: float) -> bool:
    """Whether one more at `at` would break the rate. What was refused or dropped does not count."""
    if len(messages) < rate.number:
        return False
    fixed = len(messages) - bisect_left(messages, at - at % rate.seconds, key=_at)
    sliding = len(messages) - bisect_right(messages, at - rate.seconds, key=_at)
    used = {Window.fixed: fixed, Window.sliding: sliding, Window.both: max(fixed, sliding)}
    return used[window] >= rate.number


def _at(shown: Shown) -> float:
    return shown.at
