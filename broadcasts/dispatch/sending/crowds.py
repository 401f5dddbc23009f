"""A platform that has too many of our calls open says so (45033): for a while fewer leave by that road in a second."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.wechat.codes import CROWDED
from broadcasts.dispatch.claims.contract import Claimed

REASON = CROWDED.reason
FIRST = 32  # in a second, when it is said for the first time; half of that each second in which it is said again
SECOND = timedelta(seconds=1)
CALM = timedelta(minutes=1)  # without that word: as many as ever


@dataclass(slots=True)
class Crowd:
    """Of one road's one channel."""

    most: int
    said_at: datetime
    since: datetime  # the second in which `left` have left
    left: int = 0

    def said(self, at: datetime) -> None:
        if at - self.said_at >= SECOND:
            self.most, self.said_at = max(1, self.most // 2), at

    def over(self, at: datetime) -> bool:
        return not timedelta(0) <= at - self.said_at < CALM  # also where the clock was set back

    def some(self, batches: Sequence[Claimed], at: datetime) -> int:
        """Of batches in the order of their ranks, how many may leave now."""
        if not timedelta(0) <= at - self.since < SECOND:
            self.since, self.left = at, 0
        free = min(len(batches), self.most - self.left)
        self.left += free
        return free


def begun(at: datetime) -> Crowd:
    return Crowd(FIRST, at, at)
