"""What is held rings until a person decides; no warning waits for a sleeping officer."""

from datetime import timedelta
from typing import Any

import pytest

from bot.access.models import Role
from bot.access.users import add_user
from broadcasts.alerts.models import Alert
from broadcasts.hazards.grades import Grade
from broadcasts.intake.message import MessageArea
from broadcasts.intake.readers.paste import to_message
from broadcasts.intake.receive import take_one
from broadcasts.intake.take import Way
from broadcasts.release.decide import refuse, release
from broadcasts.release.holds import open_holds
from broadcasts.release.typed import OwnText
from tests.grounds import ON_BOTH
from tests.world import PLACES, World

pytestmark = ON_BOTH


async def test_a_stale_text_rings_three_times_then_the_leader_and_goes_out_when_released(world: World) -> None:
    old = world.clock.now() - timedelta(hours=2, minutes=1)
    got = await world.issue(sent=old, hours=6)
    assert [t.alert.status for t in got.taken] == ["held"]
    assert await world.phone("li") == []
    assert len(await world.phone("liu")) == 1
    await world.forward(minutes=6)
    rings = await world.phone("liu")
    assert len(rings) == 3
    assert "第 3 次提醒" in rings[2]
    assert await world.phone("sun") == []
    await world.forward(minutes=3)
    assert len(await world.phone("sun")) == 1
    async with world.deps.begin() as session:
        (waiting,) = await open_holds(session)
        assert await release(session, world.deps.settings, waiting, by="user:刘洋", at=world.clock.now())
    await world.work()
    assert (await world.phone("li"))[0].startswith("红色暴雨 青崖县")
    await world.forward(minutes=10)
    rings = [text for text in await world.phone("sun") if text.startswith("待您放行")]
    assert len(rings) == 1  # nothing rings any more


async def typed_in(world: World, by: str) -> Alert:
    """Somebody types a red warning in, and nobody has compared it with its original."""
    message = to_message(
        "青崖县气象台发布暴雨红色预警信号，请注意防范。",
        station="青崖县气象台",
        sent=world.clock.now(),
        event="暴雨",
        colour=Grade.red,
        event_code="11B03",
        areas=(MessageArea("青崖县", (PLACES["青崖县"][0],)),),
    )
    async with world.deps.begin() as session:
        got = await take_one(session, world.deps.settings, message, Way(by), at=world.clock.now())
    await world.work()
    return got.taken[0].alert


async def let_go(world: World, by: str) -> bool:
    async with world.deps.begin() as session:
        (waiting,) = await open_holds(session)
        return await release(session, world.deps.settings, waiting, by=by, at=world.clock.now())


async def test_what_the_only_officer_typed_in_rings_the_leader_by_name_and_another_lets_it_out(world: World) -> None:
    alert = await typed_in(world, "user:刘洋")
    assert alert.status == "held"
    for userid in ("liu", "sun"):  # the leader from the first ring on
        assert "刘洋录入，要由另一个人对照原文放行。没有别的值班员，请带班领导放行。" in (await world.phone(userid))[0]
    with pytest.raises(OwnText, match="要由另一个人"):
        await let_go(world, "user:刘洋")
    assert await world.phone("li") == []
    assert await let_go(world, "user:孙和平")
    await world.work()
    assert (await world.phone("li"))[0].startswith("红色暴雨 青崖县")


async def test_with_a_second_officer_the_leader_sleeps_for_three_rings(world: World) -> None:
    async with world.deps.begin() as session:
        await add_user(session, "second", [Role.officer], password_hash="-", by="cli", at=world.clock.now())
    await typed_in(world, "user:刘洋")
    assert "没有别的值班员" not in (await world.phone("liu"))[0]
    assert await world.phone("sun") == []
    await world.forward(minutes=9)
    assert "刘洋录入，要由另一个人对照原文放行。" in (await world.phone("sun"))[0]


async def test_who_typed_it_in_may_refuse_it(world: World) -> None:
    await typed_in(world, "user:刘洋")
    async with world.deps.begin() as session:
        (waiting,) = await open_holds(session)
        assert await refuse(session, waiting, by="user:刘洋", word="打错了", at=world.clock.now())


async def test_a_refused_alert_is_kept_and_only_one_person_decides(world: World) -> None:
    got = await world.issue(sent=world.clock.now() - timedelta(hours=3), hours=6)
    async with world.deps.begin() as session:
        (waiting,) = await open_holds(session)
        assert await refuse(session, waiting, by="user:刘洋", word="已经过去", at=world.clock.now())
        assert not await release(session, world.deps.settings, waiting, by="user:孙", at=world.clock.now())
    await world.forward(minutes=5)
    assert await world.phone("li") == []
    assert got.taken[0].new


async def test_a_cancel_of_something_unknown_waits_a_red_update_of_it_goes_out(world: World) -> None:
    cancelled = await world.issue(refers="52992641600000_20260711010101", msg_type="Cancel")
    assert cancelled.taken[0].alert.status == "held"
    await world.forward(seconds=30)
    updated = await world.issue(refers="52992641600000_20260711010101", msg_type="Update")
    assert updated.taken[0].alert.status == "issued"
    assert (await world.phone("li"))[0].startswith("红色暴雨 青崖县")


async def test_a_superior_station_repeats_what_ours_has_in_force(world: World) -> None:
    await world.issue()
    await world.forward(minutes=2)
    got = await world.issue(identifier="52990041600000_20260711184200", places=["青崖县"])
    assert got.taken[0].alert.status == "held"
    assert (await world.phone("liu"))[-1].startswith("待您放行 红色暴雨")


async def test_tests_and_what_lies_elsewhere_are_stored_and_ring_nobody(world: World) -> None:
    others: tuple[dict[str, Any], ...] = (
        {"status": "Test"},
        {"status": "Exercise"},
        {"scope": "Private"},
        {"msg_type": "Ack"},
    )
    for more in others:
        got = await world.issue(**more, identifier=f"52992641600000_2026071118{len(str(more)):04d}")
        assert got.taken[0].alert.status == "stored", more
    got = await world.issue(identifier="33000041600000_20260711184000", info={})
    assert got.taken[0].alert.status == "issued"  # its areas are ours, whoever sends it
    assert len(await world.phone("liu")) == 1


async def test_an_unreadable_text_rings_the_officer_and_joins_what_the_same_source_sent(world: World) -> None:
    for _ in range(3):
        got = await world.receive(b"<alert xmlns='urn:oasis:names:tc:emergency:cap:1.2'><identifier>x</identifier>")
        assert got.unread is not None
        await world.forward(seconds=20)
    assert len(await world.phone("liu")) == 1
    assert (await world.phone("liu"))[0].startswith("请处理 收到的内容读不懂")


async def test_an_alert_without_an_end_is_sent_and_asked_about_afterwards(world: World) -> None:
    got = await world.issue("雷电", "11B14", Grade.orange, hours=None)
    assert got.taken[0].alert.status == "issued"
    async with world.deps.read() as session:
        from broadcasts.dispatch.queries import of_alert

        (sent,) = await of_alert(session, got.taken[0].alert.id or 0)
    assert "no_end" in sent.asks
