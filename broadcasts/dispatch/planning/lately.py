"""Which robots and members were called lately by a channel, and how long ago: for what their windows still allow."""

from collections import defaultdict
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from broadcasts.dispatch.claims.contract import LATER, LEFT
from broadcasts.dispatch.models import Batch
from broadcasts.dispatch.states import Road, State

SEEN = 200  # of the last calls by a road, how long they took
Ago = dict[str, list[float]]


async def called(session: AsyncSession, channel: str, within: float, at: datetime) -> Ago:
    """By address, folded as the platform compares it: seconds since each call, the oldest first."""
    left_: sa.ColumnElement[int] = sa.literal_column(LEFT)
    columns = (col(Batch.robot_id), col(Batch.members), col(Batch.attempted_at), left_)
    rows = await session.execute(
        sa.select(*columns)
        .where(
            col(Batch.attempted_at) > at - timedelta(seconds=within),
            col(Batch.channel) == channel,
            col(Batch.road) == Road.live,
            sa.literal_column(LATER).is_(None),
        )
        .order_by(col(Batch.attempted_at))
    )
    ago: defaultdict[str, list[float]] = defaultdict(list)
    for robot, members, left, attempts in rows:
        if left is None:
            continue
        for key in [str(robot)] if members is None else members.lower().split("|"):
            ago[key] += [(at - left).total_seconds()] * attempts
    return ago


async def took(session: AsyncSession, channel: str) -> float | None:
    """Seconds that its last calls took on average, from leaving to the platform's answer on our record."""
    columns = (col(Batch.attempted_at), col(Batch.settled_at))
    wanted = sa.select(*columns).where(
        col(Batch.channel) == channel, col(Batch.state).in_([State.sent, State.delivered])
    )
    rows = (await session.execute(wanted.order_by(col(Batch.id).desc()).limit(SEEN))).all()
    times = [(b - a).total_seconds() for a, b in rows if a and b]
    return sum(times) / len(times) if times else None
