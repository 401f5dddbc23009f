"""How much waits in the queue, read from the partial indexes alone."""

from datetime import datetime
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from broadcasts.dispatch.models import Batch


class Depth(NamedTuple):
    queued: int
    sending: int
    age: float  # seconds that the oldest due batch has waited


async def depth(session: AsyncSession, at: datetime) -> Depth:
    # The states stand as text: a bound parameter would keep SQLite from its partial indexes.
    queued = sa.select(sa.func.count(), sa.func.min(col(Batch.due_at))).where(sa.text("state = 'queued'"))
    sending = sa.select(sa.func.count()).where(sa.text("state = 'sending'"))
    waiting, oldest = (await session.execute(queued.select_from(Batch))).one()
    busy = (await session.execute(sending.select_from(Batch))).scalar_one()
    return Depth(waiting, busy, max(0.0, (at - oldest).total_seconds()) if oldest else 0.0)
