"""A platform that got no answer says a word again, seconds later: meanwhile the same person may have typed another."""

from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlmodel import col

from broadcasts.answers.models import Answer
from tests.grounds import ON_BOTH
from tests.stories.answering import Desk
from tests.world import World

pytestmark = ON_BOTH


async def kept(world: World) -> list[tuple[str, bool]]:
    async with world.deps.read() as session:
        rows = await session.execute(sa.select(col(Answer.said), col(Answer.counts)).order_by(col(Answer.id)))
        return [(said.value, counts) for said, counts in rows]


async def typed_before(world: World) -> datetime:
    """The moment at which she types what her platform will deliver late."""
    await world.issue()
    await world.forward(seconds=30)
    typed = world.clock.now()
    await world.forward(seconds=4)
    return typed


async def test_what_was_typed_last_stands_whatever_came_last(world: World) -> None:
    typed = await typed_before(world)
    await world.say("zhou", "3")
    await world.forward(seconds=3)
    await world.say("zhou", "1", typed=typed)
    assert await kept(world) == [("help", True), ("received", False)]
    told = (await world.phone("zhou"))[-1]
    assert told.startswith("您先发的“1 收到”刚刚才到，记下了。现在记的还是您后发的：3 需要支援（红色暴雨）。")
    await world.say("zhou", "1")
    assert (await kept(world))[-1] == ("received", True)


async def test_a_cry_for_support_that_comes_late_rings_all_the_same(world: World) -> None:
    typed = await typed_before(world)
    await world.say("zhou", "1")
    await world.say("zhou", "3", typed=typed)
    assert await kept(world) == [("received", True), ("help", False)]
    assert len(await Desk(world).holds("help")) == 1


async def test_within_one_second_the_order_of_arrival_counts(world: World) -> None:
    await world.issue()
    await world.forward(seconds=30)
    typed = world.clock.now() - timedelta(seconds=1)
    await world.say("zhou", "3", typed=typed)
    await world.say("zhou", "1", typed=typed)
    assert await kept(world) == [("help", True), ("received", True)]
