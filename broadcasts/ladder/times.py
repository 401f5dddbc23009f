"""For the how-manieth time people are told or telephoned: what a reminder says of itself. A step's own number says
where the county wrote it, and not when it came."""

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from broadcasts.ladder.models import Rung, RungState, Whom


async def times(session: AsyncSession, broadcast_id: str, number: int) -> int:
    """The step's place among those that told the silent, in the order in which they did; one that is about to comes
    last. The first time is the sending itself."""
    rows = await session.execute(
        sa.select(col(Rung.number))
        .where(
            col(Rung.broadcast_id) == broadcast_id,
            col(Rung.whom) == Whom.silent,
            col(Rung.state) == RungState.told,
        )
        .order_by(col(Rung.done_at), col(Rung.due_at), col(Rung.id))
    )
    told = [*rows.scalars()]
    return 2 + (told.index(number) if number in told else len(told))
