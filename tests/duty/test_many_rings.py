"""Many things wait at once: the desk is asked who sits there once, and each thing is rung for as if it were alone."""

from datetime import timedelta

import pytest

from broadcasts.release.rings import ring_due
from drills.duty.rostered import Rostered
from tests.benchmarks.rings import opened
from tests.duty.desk import shift
from tests.grounds import ON_BOTH
from tests.places import area
from tests.statements import asked
from tests.world import PLACES, World

pytestmark = ON_BOTH

EACH = 11  # statements by which one more thing rings: its row, its message, its copies, its entry


async def cost(world: World, many: int) -> int:
    await opened(world, many)
    with asked(world.deps.database.engines) as said:
        assert await ring_due(world.deps, Rostered(application=True, remembers=True), world.clock.now()) == many
    return len(said)


async def test_one_more_report_costs_its_own_ring_alone(world: World) -> None:
    await shift(world, "liu")
    few = await cost(world, 3)
    world.clock.turn(1)
    assert await cost(world, 23) - few <= 20 * EACH


@pytest.mark.parametrize(
    "desks", [(), (("liu", "青崖县"),), (("liu", "青崖县"), ("chen", "柳湾镇")), (("chen", "柳湾镇"),)]
)
async def test_what_was_answered_before_is_answered_the_same(world: World, desks: tuple[tuple[str, str], ...]) -> None:
    for who, place in desks:
        await shift(world, who, at=(place, f"{place}值班室"))
    at, places = world.clock.now(), [await area(world, place) for place in PLACES]
    asked = Rostered(application=True, remembers=True)
    async with world.deps.read() as session:
        for near in (None, *places, *reversed(places)):
            for leaders in (False, True):
                again = await asked.to_wake(session, leaders=leaders, at=at, near=near)
                fresh = await Rostered(application=True).to_wake(session, leaders=leaders, at=at, near=near)
                assert {one.id for one in again} == {one.id for one in fresh} != set()


async def test_another_moment_is_asked_anew(world: World) -> None:
    await shift(world, "liu", starts=timedelta(hours=1))
    asked, at = Rostered(application=True, remembers=True), world.clock.now()
    async with world.deps.read() as session:
        before = await asked.to_wake(session, leaders=False, at=at)
        after = await asked.to_wake(session, leaders=True, at=at + timedelta(hours=2))
    assert {one.id for one in before} <= {one.id for one in after}
