"""Steps of broadcasts that began in a time to come, since the clock was ahead then: each is due as long after now as it
was to be after its broadcast; one that waits longer than the clock was ahead keeps its hour. And steps that were closed
in that time because their alert was over by it."""

from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from bot.directory.sets import parts
from bot.record.entries import record
from broadcasts.alerts.models import Alert, Kind, Status
from broadcasts.dispatch.models import Broadcast, Recall
from broadcasts.dispatch.set_back import AHEAD, of_a_time_to_come
from broadcasts.ladder.models import Rung, RungState
from broadcasts.ladder.sweep import DUE

BY = "system"


async def set_back(session: AsyncSession, at: datetime) -> int:
    """How many steps. One that is due before its broadcast began was brought back already."""
    begun, done = await of_a_time_to_come(session, at), 0
    for part in parts(begun):
        for rung in await session.scalars(select(Rung).where(col(Rung.broadcast_id).in_(part), DUE)):
            ahead, wait = begun[rung.broadcast_id] - at, rung.due_at - begun[rung.broadcast_id]
            if timedelta(0) <= wait < ahead:
                rung.due_at, done = at + wait, done + 1
                session.add(rung)
    return done


async def climb_again(session: AsyncSession, at: datetime) -> int:
    """Steps that were closed as over after the end of an alert whose end is still to come. How many. What was taken
    back is not told again."""
    recalled = sa.exists().where(col(Recall.broadcast_id) == col(Rung.broadcast_id))
    closed = (
        select(Rung)
        .join(Broadcast, col(Broadcast.id) == col(Rung.broadcast_id))
        .join(Alert, col(Alert.id) == col(Broadcast.alert_id))
        .where(
            col(Alert.status) == Status.issued,
            col(Alert.kind) != Kind.drill,
            col(Alert.expires) > at,
            col(Rung.state) == RungState.over,
            col(Rung.done_at) > at + AHEAD,
            col(Rung.done_at) >= col(Alert.expires),
            ~recalled,
        )
    )
    rungs = (await session.execute(closed.order_by(col(Rung.id)))).scalars().all()
    for rung in rungs:
        rung.state, rung.done_at, rung.silent = RungState.due, None, 0
        session.add(rung)
        record(session, BY, "rung.due_again", rung.broadcast_id, at, rung=rung.number)
    return len(rungs)
