"""An all-clear of something in force is one, whatever it leaves unsaid and however late it is read."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import col, select

from broadcasts.alerts.models import Alert, Kind
from broadcasts.dispatch.models import Batch, Broadcast
from broadcasts.dispatch.states import Purpose, State
from broadcasts.hazards.grades import Grade
from broadcasts.intake.message import Form, Info, Message, Reference
from broadcasts.release.endings import end_due
from broadcasts.release.holds import open_holds
from broadcasts.release.models import ReleaseRule
from tests.grounds import ON_BOTH
from tests.world import World

pytestmark = ON_BOTH


def bare(world: World, refers: str, identifier: str = "52992641600000_20260711190000", **more: Any) -> Message:
    """An all-clear that says nothing but what it cancels."""
    said = {"sender": "青崖县气象台", "sent": world.clock.now(), "national": True, "raw": b"<alert/>", **more}
    infos = (Info(language="", event="", description=""),)
    return Message(Form.cap, identifier, infos=infos, msg_type="Cancel", references=(Reference(refers),), **said)


async def every(world: World) -> list[Alert]:
    async with world.deps.read() as session:
        return list((await session.execute(select(Alert).order_by(col(Alert.id)))).scalars())


async def standing(world: World) -> list[tuple[str, str, str]]:
    return [(a.msg_type, a.status.value, a.note) for a in await every(world)]


async def test_one_whose_own_end_has_passed_when_it_is_read_still_ends_the_warning(world: World) -> None:
    first = (await world.issue(hours=None)).taken[0].alert
    await world.forward(minutes=30)
    sent = world.clock.now() - timedelta(minutes=15)
    await world.issue(refers=first.identifier, msg_type="Cancel", hours=-5 / 60, sent=sent, text="解除。")
    assert await standing(world) == [("Alert", "ended", ""), ("Cancel", "issued", "")]
    assert (await world.phone("li"))[-1].startswith("解除 红色暴雨 青崖县")


async def test_one_that_waits_for_the_officer_waits_past_its_own_end(world: World) -> None:
    first = (await world.issue(hours=None)).taken[0].alert
    async with world.deps.begin() as session:
        session.add(ReleaseRule(hold=True, basis="青崖县预警发布办法"))
    await world.forward(minutes=1)
    clear = (await world.issue(refers=first.identifier, msg_type="Cancel", hours=5 / 60)).taken[0].alert
    await world.forward(minutes=10)
    await end_due(world.deps, world.clock.now())
    async with world.deps.read() as session:
        assert len(await open_holds(session, [clear.id])) == 1


async def test_what_it_asks_by_hand_ends_when_its_copies_do(world: World) -> None:
    first = (await world.issue(hours=None)).taken[0].alert
    await world.forward(minutes=1)
    await world.issue(refers=first.identifier, msg_type="Cancel", hours=5 / 60)
    for hours, ended in ((23, "issued"), (2, "ended")):
        world.clock.turn(hours * 3600)
        await end_due(world.deps, world.clock.now())
        assert [status for _, status, _ in await standing(world)] == ["ended", ended]


async def test_its_copies_last_as_long_as_a_road_that_is_down(world: World) -> None:
    first = (await world.issue(hours=None)).taken[0].alert
    await world.forward(minutes=10)
    await world.fault(endpoint="*", kind="errcode", code=-1)
    await world.issue(refers=first.identifier, msg_type="Cancel", hours=5 / 60, text="解除。")
    await world.forward(minutes=8)
    async with world.http.delete(f"{world.base}/_sim/faults") as answer:
        assert answer.status == 200
    await world.forward(minutes=20)
    async with world.deps.read() as session:
        mine = select(Batch).join(Broadcast, col(Broadcast.id) == col(Batch.broadcast_id))
        mine = mine.where(col(Broadcast.purpose) == Purpose.all_clear)
        states = {batch.state for batch in (await session.execute(mine)).scalars()}
    assert states == {State.sent}
    assert (await world.phone("li"))[-1].startswith("解除 红色暴雨 青崖县")
    assert (await world.group("柳湾村群"))[-1].startswith("解除 红色暴雨 青崖县")


async def test_a_bare_one_says_of_what_it_is(world: World) -> None:
    first = (await world.issue(places=["柳湾镇"])).taken[0].alert
    await world.forward(minutes=1)
    await world.take(bare(world, first.identifier))
    said, clear = await every(world)
    assert (said.status, clear.status) == ("ended", "issued")
    assert (clear.kind, clear.event, clear.event_code, clear.grade) == (Kind.signal, "暴雨", "11B03", Grade.red)
    assert (await world.phone("li"))[-1].startswith("解除 红色暴雨 柳湾镇\n青崖县气象台 ")
    assert len(await world.phone("chen")) == 0
    async with world.deps.read() as session:
        of_it = select(Batch.rank).join(Broadcast, col(Broadcast.id) == col(Batch.broadcast_id))
        of_it = of_it.where(col(Broadcast.alert_id) == clear.id, col(Broadcast.subject) == "")
        assert set((await session.execute(of_it)).scalars()) == {0}
    assert clear.content["doubts"]  # the page says what it did not say itself


async def test_a_bare_one_from_a_station_outside_our_line_ends_what_is_in_force_here(world: World) -> None:
    first = (await world.issue(identifier="10000041600000_20260711184000")).taken[0].alert
    await world.forward(minutes=1)
    clear = bare(world, first.identifier, "10000041600000_20260711190000", sender="中央气象台")
    await world.take(clear)
    assert await standing(world) == [("Alert", "ended", ""), ("Cancel", "issued", "")]
    assert (await world.phone("li"))[-1].startswith("解除 红色暴雨 青崖县")
    again = await world.take(replace(clear, raw=b"<alert />"))
    assert [(taken.new, again.contradictions) for taken in again.taken] == [(False, [])]


async def test_one_of_something_unknown_that_is_over_rings_nobody(world: World) -> None:
    sent = world.clock.now() - timedelta(minutes=15)
    await world.issue(refers="52992641600000_1", msg_type="Cancel", hours=-5 / 60, sent=sent)
    assert await standing(world) == [("Cancel", "stored", "expired")]
    assert await world.phone("liu") == []


async def test_an_update_that_is_over_when_it_is_read_ends_what_it_replaces_and_the_officer_is_told(
    world: World,
) -> None:
    first = (await world.issue(hours=None)).taken[0].alert
    await world.forward(minutes=30)
    sent, told = world.clock.now() - timedelta(minutes=15), len(await world.phone("li"))
    await world.issue(grade=Grade.blue, refers=first.identifier, msg_type="Update", hours=-5 / 60, sent=sent)
    was, update = await every(world)
    assert (was.status, was.replaced_by, update.status, update.note) == ("ended", update.uid, "stored", "expired")
    await world.forward(minutes=10)
    assert len(await world.phone("li")) == told
    rings = [text for text in await world.phone("liu") if text.startswith("请处理 有一条更新没有发出")]
    assert len(rings) == 1
    assert "红色暴雨" in rings[0]


async def test_an_update_that_no_longer_names_us_leaves_the_warning_and_the_officer_is_asked(world: World) -> None:
    first = (await world.issue(hours=None)).taken[0].alert
    await world.forward(minutes=1)
    update = replace(
        bare(world, first.identifier, "33000041600000_20260711190000", sender="某省气象台"), msg_type="Update"
    )
    await world.take(update)
    assert await standing(world) == [("Alert", "issued", ""), ("Update", "stored", "elsewhere")]
    assert [text for text in await world.phone("liu") if text.startswith("请处理 有一条更新没有发出")]


@pytest.mark.parametrize("more", [{"status": "Test"}, {"scope": "Private"}])
async def test_what_is_no_real_word_ends_nothing(world: World, more: dict[str, Any]) -> None:
    first = (await world.issue(hours=None)).taken[0].alert
    await world.forward(minutes=1)
    await world.issue(refers=first.identifier, msg_type="Cancel", **more)
    assert [status for _, status, _ in await standing(world)] == ["issued", "stored"]
