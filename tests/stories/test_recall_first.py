"""A recall leaves before everything but red; of what was red it leaves as red does."""

import sqlalchemy as sa
from sqlmodel import col

from broadcasts.dispatch.models import Batch, Broadcast
from broadcasts.dispatch.queries import of_alert
from broadcasts.dispatch.recalls.recall import take_back
from broadcasts.hazards.grades import Grade
from tests.world import World


async def test_what_was_wrongly_red_is_taken_back_before_everything_else(world: World) -> None:
    red = await world.issue()
    yellow = await world.issue(grade=Grade.yellow, identifier="52992641600000_2")
    async with world.deps.begin() as session:
        for got in (yellow, red):
            (sent,) = await of_alert(session, got.taken[0].alert.id or 0)
            await take_back(session, sent, word="发错了", by="user:liu", at=world.clock.now())
        rows = await session.execute(
            sa.select(col(Batch.rank)).join(Broadcast).where(col(Broadcast.purpose) == "recall")
        )
        assert sorted(set(rows.scalars())) == [0, 1]
