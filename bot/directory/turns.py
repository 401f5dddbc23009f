"""One person at a time: what two roads bring at one moment is taken one after the other."""

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from bot.db.turns import alone
from bot.directory.models import Person


async def in_turn(session: AsyncSession, person_id: int) -> None:
    """Wait until nobody else is at this person's words; ours until the transaction ends."""
    if not alone(session):
        mine = sa.select(col(Person.id)).where(col(Person.id) == person_id)
        await session.execute(mine.with_for_update(key_share=True))
