"""Which roads are not to be waited for at this moment: those that are down, and those whose calls take too long."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from statistics import median

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from broadcasts.dispatch.failover.models import FailoverRule
from broadcasts.dispatch.models import Batch
from broadcasts.dispatch.sending.roads_down import roads_down
from broadcasts.dispatch.states import Road, State

DOWN, SLOW = "road_down", "slow"  # why a road is left
LATELY = timedelta(minutes=1)
SEEN = 500  # of the last calls by all roads
CALLS = 20  # of them by one road, whose middle counts
FEWEST = 3  # calls, of which one may have been slow by chance


@dataclass(frozen=True)
class Troubles:
    """By channel of one road: since when it is down, and how many seconds its last calls took."""

    down: Mapping[str, datetime] = field(default_factory=dict)
    took: Mapping[str, float] = field(default_factory=dict)

    def left(self, rule: FailoverRule, at: datetime) -> dict[str, str]:
        """The channels that this rule leaves for the next one, with the reason."""
        longest = timedelta(seconds=rule.after_seconds)
        slow = {c for c, took in self.took.items() if rule.slow_seconds is not None and took > rule.slow_seconds}
        down = {channel for channel, since in self.down.items() if at - since >= longest}
        return {**dict.fromkeys(slow, SLOW), **dict.fromkeys(down, DOWN)}


async def troubles(session: AsyncSession, at: datetime, *, slow: bool, road: Road = Road.live) -> Troubles:
    """`slow`: whether anybody asks how long calls take."""
    down = {one.channel: one.since for one in await roads_down(session) if one.road == road}
    return Troubles(down, await _took(session, at, road) if slow else {})


async def _took(session: AsyncSession, at: datetime, road: Road) -> dict[str, float]:
    """The middle of the last calls by each road; one that is still open has taken as long as it is."""
    columns = (col(Batch.channel), col(Batch.state), col(Batch.attempted_at), col(Batch.settled_at))
    rows = await session.execute(
        sa.select(*columns)
        .where(col(Batch.attempted_at) > at - LATELY, col(Batch.road) == road)
        .order_by(col(Batch.attempted_at).desc())
        .limit(SEEN)
    )
    times: defaultdict[str, list[float]] = defaultdict(list)
    for channel, state, left, settled in rows:
        ended = at if state is State.sending else settled
        if left and ended and len(times[channel]) < CALLS and state is not State.queued:
            times[channel].append((ended - left).total_seconds())
    return {channel: median(took) for channel, took in times.items() if len(took) >= FEWEST}
