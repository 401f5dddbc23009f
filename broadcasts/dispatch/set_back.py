"""After the clock was ahead for a while and was set right: what was put down meanwhile for a later that is hours away.
A machine that starts with the wrong hour does so until it has asked for the time."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from bot.directory.sets import parts
from bot.ids import earliest
from broadcasts.dispatch.models import Batch, Broadcast

AHEAD = timedelta(seconds=10)  # two machines of a city differ by less
AT_ONCE = timedelta(minutes=2)  # what was due so soon after its broadcast waits for no morning
WAITS = sa.text("batch.state = 'queued'")


async def of_a_time_to_come(session: AsyncSession, at: datetime) -> dict[str, datetime]:
    """Broadcasts that began later than now, and when. Next to always none."""
    wanted = sa.select(col(Broadcast.id), col(Broadcast.started_at)).where(col(Broadcast.id) > earliest(at + AHEAD))
    return {row.id: row.started_at for row in await session.execute(wanted)}


async def anything_ahead(session: AsyncSession, at: datetime) -> bool:
    tried = sa.exists().where(col(Batch.attempted_at) > at + AHEAD)
    begun = sa.exists().where(col(Broadcast.id) > earliest(at + AHEAD))
    return bool(await session.scalar(sa.select(sa.or_(tried, begun))))


async def set_back(session: AsyncSession, at: datetime) -> int:
    """Copies that were tried in a time to come, or should have left at once in it, are due now. How many batches."""
    tried = await session.execute(_waiting(at).where(col(Batch.attempted_at) > at + AHEAD))
    found = [row.id for row in tried]
    begun = await of_a_time_to_come(session, at)
    for part in parts(begun):
        fresh = await session.execute(_waiting(at).where(col(Batch.broadcast_id).in_(part)))
        found += [row.id for row in fresh if _put_off(row.due_at, begun[row.broadcast_id])]
    return await _due_now(session, sorted({*found}), at)


def _put_off(due: datetime, begun: datetime) -> bool:
    """What was brought back, and waits for another reason now, is due before its broadcast began."""
    return begun <= due <= begun + AT_ONCE


def _waiting(at: datetime) -> sa.Select[Any]:
    columns: list[Any] = [col(Batch.id), col(Batch.due_at), col(Batch.broadcast_id)]
    return sa.select(*columns).where(WAITS, col(Batch.due_at) > at)


async def _due_now(session: AsyncSession, found: Sequence[int], at: datetime) -> int:
    for part in parts(found):
        await session.execute(sa.update(Batch).where(col(Batch.id).in_(part), WAITS).values(due_at=at))
    return len(found)
