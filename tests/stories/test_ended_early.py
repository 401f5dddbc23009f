"""A clock jumps eight hours ahead while warnings are in force, and is set right some minutes later: what the clock
alone has ended is in force again; what a person or a newer word has ended is not."""

from datetime import timedelta

import pytest
import sqlalchemy as sa
from sqlmodel import col, select

from bot.commands.due.house import set_back
from broadcasts.alerts.models import Alert
from broadcasts.dispatch.models import Batch, Broadcast
from broadcasts.dispatch.progress import progress
from broadcasts.dispatch.recalls.recall import take_back
from broadcasts.dispatch.states import State
from broadcasts.hazards.grades import Grade
from broadcasts.ladder.models import Rung, RungState
from broadcasts.release.endings import end_due
from broadcasts.release.holds import open_holds
from broadcasts.release.models import ReleaseRule
from tests.grounds import ON_BOTH
from tests.stories.test_relay import add_groups, relayed
from tests.world import World

pytestmark = ON_BOTH
AHEAD = timedelta(hours=8).total_seconds()
COPIES = 10  # of a warning for the whole county


async def jump(world: World) -> None:
    """The machine believes for two minutes that it is eight hours later, and goes by it."""
    world.clock.set_by(AHEAD)
    for _ in range(4):
        await world.forward(seconds=30)
        await end_due(world.deps, world.clock.now())


async def right_again(world: World) -> None:
    async with world.http.delete(f"{world.base}/_sim/faults") as answer:
        assert answer.status == 200
    world.clock.set_by(-AHEAD)
    await set_back(world.deps)


async def everything(world: World) -> list[tuple[str, str]]:
    async with world.deps.read() as session:
        rows = (await session.execute(select(Alert).order_by(col(Alert.id)))).scalars()
        return [(row.msg_type, row.status.value) for row in rows]


async def own(world: World) -> Broadcast:
    async with world.deps.read() as session:
        wanted = select(Broadcast).where(col(Broadcast.subject) == "").order_by(col(Broadcast.id)).limit(1)
        return (await session.execute(wanted)).scalar_one()


async def skipped(world: World) -> int:
    """Copies of the first broadcast that are not sent any more, as the pages count them."""
    async with world.deps.read() as session:
        return (await progress(session, await own(world))).total["skipped"]


async def test_copies_that_could_not_leave_before_leave_now(world: World) -> None:
    await world.fault(endpoint="*", kind="http", status=502)
    await world.issue()
    await jump(world)
    assert (await everything(world), await skipped(world)) == ([("Alert", "ended")], COPIES)
    await right_again(world)
    assert await everything(world) == [("Alert", "issued")]
    assert (await skipped(world), (await own(world)).finished_at) == (0, None)
    await world.forward(seconds=30)
    assert (await world.phone("li"))[0].startswith("红色暴雨 青崖县")
    await set_back(world.deps)
    await world.work()
    assert len(await world.phone("li")) == 1


async def test_the_silent_are_told_again_by_the_steps_that_were_closed(world: World) -> None:
    await world.issue()
    await jump(world)
    await right_again(world)
    assert ["还没有收到您的应答" in text for text in await world.phone("li")] == [False]
    await world.forward(minutes=2)
    assert ["还没有收到您的应答" in text for text in await world.phone("li")] == [False, True]


async def test_what_waited_for_the_officer_waits_and_rings_again(world: World) -> None:
    async with world.deps.begin() as session:
        session.add(ReleaseRule(hold=True, basis="青崖县预警发布办法"))
    alert = (await world.issue()).taken[0].alert
    await jump(world)
    assert await everything(world) == [("Alert", "ended")]
    await right_again(world)
    rung = len(await world.phone("liu"))
    await world.forward(seconds=30)
    assert await everything(world) == [("Alert", "held")]
    assert len(await world.phone("liu")) == rung + 1
    async with world.deps.read() as session:
        (waiting,) = await open_holds(session, [alert.id])
    assert (waiting.decision, waiting.closed_by) == ("", "")


async def test_what_nobody_has_forwarded_yet_is_to_be_forwarded_again(world: World) -> None:
    await add_groups(world, 上坪微信群="上坪村")
    await world.issue()
    await jump(world)
    assert await relayed(world) == {"targets": 1, "skipped": 1}
    await right_again(world)
    assert await relayed(world) == {"targets": 1, "queued": 1}


@pytest.mark.parametrize("kind", ["Update", "Cancel"])
async def test_what_a_newer_word_has_replaced_stays_replaced(world: World, kind: str) -> None:
    await world.fault(endpoint="*", kind="http", status=502)
    first = (await world.issue(grade=Grade.orange)).taken[0].alert
    await world.forward(minutes=1)
    world.clock.set_by(AHEAD)
    await world.issue(grade=Grade.red, refers=first.identifier, msg_type=kind)
    await end_due(world.deps, world.clock.now())
    await right_again(world)
    assert await everything(world) == [("Alert", "ended"), (kind, "issued")]
    assert await skipped(world) == COPIES


async def test_what_was_taken_back_stays_taken_back(world: World) -> None:
    await world.fault(endpoint="*", kind="http", status=502)
    await world.issue()
    await jump(world)
    async with world.deps.begin() as session:
        sent = await session.get_one(Broadcast, (await own(world)).id)
        await take_back(session, sent, word="发错了", by="user:刘洋", at=world.clock.now())
    await right_again(world)
    await world.forward(minutes=4)
    assert (await skipped(world), await world.phone("li")) == (COPIES, [])
    async with world.deps.read() as session:
        assert {*(await session.execute(select(Rung.state))).scalars()} == {RungState.over}


async def test_what_is_over_by_the_right_time_too_stays_over(world: World) -> None:
    await world.fault(endpoint="*", kind="http", status=502)
    await world.issue(hours=1 / 60)
    await jump(world)
    await right_again(world)
    assert await everything(world) == [("Alert", "ended")]
    async with world.deps.read() as session:
        assert await session.scalar(sa.select(sa.func.count()).where(col(Batch.state) == State.queued)) == 0


async def test_a_warning_that_came_meanwhile_and_looked_over_goes_out(world: World) -> None:
    said = world.clock.now()
    world.clock.set_by(AHEAD)
    await world.issue(sent=said, hours=-5)  # until three hours from now, by the right clock
    assert (await everything(world), await world.phone("li")) == ([("Alert", "stored")], [])
    await right_again(world)
    await world.forward(seconds=30)
    assert await everything(world) == [("Alert", "issued")]
    assert [text.split("\n")[0] for text in await world.phone("li")] == ["红色暴雨 青崖县"]


async def test_an_update_that_came_meanwhile_reaches_whoever_was_told(world: World) -> None:
    first = (await world.issue(grade=Grade.orange)).taken[0].alert
    await world.forward(minutes=1)
    said = world.clock.now()
    world.clock.set_by(AHEAD)
    await world.issue(refers=first.identifier, msg_type="Update", sent=said, hours=-5)
    assert await everything(world) == [("Alert", "ended"), ("Update", "stored")]
    await right_again(world)
    await world.forward(seconds=30)
    assert await everything(world) == [("Alert", "ended"), ("Update", "issued")]
    assert (await world.phone("li"))[-1].startswith("升级：橙色→红色 暴雨 青崖县")
