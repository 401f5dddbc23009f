"""Two texts of one thread wait: what was said first never takes the place of what was said after it."""

from datetime import timedelta

import pytest
from sqlmodel import col, select

from broadcasts.alerts.models import Alert
from broadcasts.hazards.grades import Grade
from broadcasts.release.decide import release
from broadcasts.release.holds import open_holds
from broadcasts.release.models import Hold, ReleaseRule
from handlers.console.warnings.waiting import about_of, pressing
from tests.grounds import ON_BOTH
from tests.world import World

pytestmark = ON_BOTH


async def everything_waits(world: World) -> None:
    async with world.deps.begin() as session:
        session.add(ReleaseRule(hold=True, basis="青崖县预警发布办法"))


async def standing(world: World) -> list[tuple[str, str]]:
    async with world.deps.read() as session:
        rows = (await session.execute(select(Alert).order_by(col(Alert.id)))).scalars()
        return [(row.msg_type, row.status.value) for row in rows]


async def let_go(world: World, alert: Alert) -> None:
    async with world.deps.begin() as session:
        (waiting,) = await open_holds(session, [alert.id])
        assert await release(session, world.deps.settings, waiting, by="user:刘洋", at=world.clock.now())
    await world.work()


async def reason(world: World, alert: Alert) -> str:
    async with world.deps.read() as session:
        (waiting,) = await open_holds(session, [alert.id])
        return waiting.reason


async def two(world: World, kind: str = "Update") -> tuple[Alert, Alert]:
    """An orange warning waits, and what its station said of it a minute later."""
    older = (await world.issue(grade=Grade.orange)).taken[0].alert
    await world.forward(minutes=1)
    newer = (await world.issue(grade=Grade.red, refers=older.identifier, msg_type=kind)).taken[0].alert
    return older, newer


async def test_who_lets_the_older_out_first_is_still_rung_for_the_newer(world: World) -> None:
    await everything_waits(world)
    older, newer = await two(world)
    await let_go(world, older)
    assert await standing(world) == [("Alert", "issued"), ("Update", "held")]
    rung = len(await world.phone("liu"))
    await world.forward(minutes=6)
    assert len(await world.phone("liu")) > rung
    await let_go(world, newer)
    assert await standing(world) == [("Alert", "ended"), ("Update", "issued")]
    assert [text.split("\n")[0] for text in await world.phone("li")][-1] == "升级：橙色→红色 暴雨 青崖县"


async def test_the_newer_lets_go_of_the_older(world: World) -> None:
    await everything_waits(world)
    older, newer = await two(world)
    await let_go(world, newer)
    assert await standing(world) == [("Alert", "ended"), ("Update", "issued")]
    async with world.deps.read() as session:
        (hold,) = (await session.execute(select(Hold).where(col(Hold.alert_id) == older.id))).scalars()
        assert (hold.decision, await open_holds(session)) == ("superseded", [])


async def test_of_one_thread_the_page_names_the_newest_first(world: World) -> None:
    await everything_waits(world)
    older, newer = await two(world)
    other = (await world.issue("大风", "11B06", Grade.blue, identifier="52992641600000_20260711185959")).taken[0].alert
    async with world.deps.read() as session:
        listed = pressing([await about_of(session, hold) for hold in await open_holds(session)])
    assert [one.alert.uid for one in listed if one.alert] == [newer.uid, older.uid, other.uid]


async def test_an_all_clear_that_waits_is_let_go_by_what_is_said_after_it(world: World) -> None:
    first = (await world.issue(grade=Grade.orange)).taken[0].alert
    await everything_waits(world)
    await world.forward(minutes=1)
    clear = (await world.issue(refers=first.identifier, msg_type="Cancel")).taken[0].alert
    await world.forward(minutes=1)
    update = (await world.issue(refers=first.identifier, msg_type="Update")).taken[0].alert
    await let_go(world, update)
    assert await standing(world) == [("Alert", "ended"), ("Cancel", "ended"), ("Update", "issued")]
    async with world.deps.read() as session:
        assert await open_holds(session, [clear.id]) == []


async def test_an_update_that_comes_after_a_newer_one_went_out_is_kept_and_not_sent(world: World) -> None:
    first = (await world.issue(grade=Grade.orange)).taken[0].alert
    await world.forward(minutes=10)
    await world.issue(grade=Grade.red, refers=first.identifier, msg_type="Update")
    told = len(await world.phone("li"))
    late = world.clock.now() - timedelta(minutes=5)
    await world.issue(
        grade=Grade.yellow, refers=first.identifier, msg_type="Update", sent=late, identifier="52992641600000_1"
    )
    assert await standing(world) == [("Alert", "ended"), ("Update", "issued"), ("Update", "stored")]
    assert len(await world.phone("li")) == told


async def test_a_clock_that_runs_ahead_makes_no_later_word_old(world: World) -> None:
    ahead = world.clock.now() + timedelta(hours=8)
    first = (await world.issue(grade=Grade.orange, sent=ahead, hours=12)).taken[0].alert
    await world.forward(minutes=1)
    await world.issue(grade=Grade.red, refers=first.identifier, msg_type="Update")
    assert await standing(world) == [("Alert", "ended"), ("Update", "issued")]


@pytest.mark.parametrize("kind", ["Update", "Cancel"])
async def test_what_comes_after_the_word_that_replaced_it_is_kept_and_not_sent(world: World, kind: str) -> None:
    said = world.clock.now() - timedelta(minutes=5)
    await world.issue(grade=Grade.red, refers="52992641600000_20260711183500", msg_type=kind)
    told = len(await world.phone("li"))
    got = await world.issue(grade=Grade.orange, identifier="52992641600000_20260711183500", sent=said)
    assert (got.taken[0].alert.status, got.taken[0].alert.note) == ("stored", "overtaken")
    assert len(await world.phone("li")) == told


async def test_an_all_clear_from_before_what_is_in_force_says_so_when_it_rings(world: World) -> None:
    first = (await world.issue(grade=Grade.orange)).taken[0].alert
    await world.forward(minutes=10)
    await world.issue(grade=Grade.red, refers=first.identifier, msg_type="Update")
    late = world.clock.now() - timedelta(minutes=5)
    got = await world.issue(refers=first.identifier, msg_type="Cancel", sent=late, identifier="52992641600000_1")
    clear = got.taken[0].alert
    assert (clear.status, await reason(world, clear)) == ("held", "cancel_older")
    rung = (await world.phone("liu"))[-1]
    assert "没有发出：解除发布在前，现在生效的那条发布在后，放行就会结束它，请先打电话核对。" in rung


async def test_an_all_clear_of_what_is_over_already_is_none_of_something_unknown(world: World) -> None:
    first = (await world.issue(grade=Grade.orange)).taken[0].alert
    await world.forward(minutes=1)
    await world.issue(refers=first.identifier, msg_type="Cancel")
    await world.forward(minutes=1)
    again = (await world.issue(refers=first.identifier, msg_type="Cancel")).taken[0].alert
    assert (again.status, await reason(world, again)) == ("held", "cancel_over")
    assert "没有发出：解除的预警收到过，现在没有在生效。" in (await world.phone("liu"))[-1]
