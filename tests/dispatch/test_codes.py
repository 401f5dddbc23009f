"""A page's code is its own: a draw that is taken is drawn again, and the database holds no code twice."""

import pytest
from sqlalchemy.exc import IntegrityError
from sqlmodel import col, select

from broadcasts.dispatch.models import Broadcast
from broadcasts.dispatch.states import Mode, Purpose
from broadcasts.dispatch.texts.pages import page_code
from tests.world import World


async def codes(world: World) -> list[str]:
    async with world.deps.read() as session:
        return list((await session.execute(select(Broadcast.code).where(col(Broadcast.code) != ""))).scalars())


async def test_a_code_that_is_taken_is_drawn_again(world: World) -> None:
    await world.issue()
    taken = (await codes(world))[0]
    draws = iter([taken, taken, "ABCDEFGH"])
    async with world.deps.begin() as session:
        assert await page_code(session, lambda: next(draws)) == "ABCDEFGH"


async def test_no_code_stands_twice_and_none_may_stand_often(world: World) -> None:
    at = world.clock.now()

    def sent(name: str, code: str) -> Broadcast:
        return Broadcast(
            id=name, purpose=Purpose.test, mode=Mode.quiet, targets=0, people=0, calls=0, code=code, started_at=at
        )

    async with world.deps.begin() as session:
        session.add_all([sent("1", ""), sent("2", ""), sent("3", "ABCDEFGH")])
    with pytest.raises(IntegrityError):
        async with world.deps.begin() as session:
            session.add(sent("4", "ABCDEFGH"))


async def test_a_page_is_found_by_the_index(world: World) -> None:
    async with world.deps.read() as session:
        plan = await session.connection()
        rows = await plan.exec_driver_sql(
            "EXPLAIN QUERY PLAN SELECT id FROM broadcast WHERE broadcast.code = ? AND broadcast.code <> ''", ("X",)
        )
        assert "uq_broadcast_code" in str(rows.all())
