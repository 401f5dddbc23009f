"""Steps of broadcasts that began in a time to come, since the clock was ahead then: each is due as long after now as it
was to be after its broadcast; one that waits longer than the clock was ahead keeps its hour."""

from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from bot.directory.sets import parts
from broadcasts.dispatch.set_back import of_a_time_to_come
from broadcasts.ladder.models import Rung
from broadcasts.ladder.sweep import DUE


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
