"""Who is on duty is who is rung, who is named in chat, and who answers for a shift."""

from datetime import timedelta
from pathlib import Path

import pytest
from sqlmodel import col, select

from bot.directory.models import Address
from broadcasts.answers.models import Answer
from broadcasts.dispatch.models import Broadcast
from drills.duty.claims import claim
from drills.duty.models import Shift
from drills.duty.now import roster
from drills.duty.rostered import Rostered
from tests.both_ways import both_ways
from tests.duty.desk import TOWN, kept, person, shift
from tests.world import World

ON_DUTY = Rostered(application=True)


async def rung(world: World, *, leaders: bool = False, near: str = "") -> set[str]:
    """Names of those who would be woken now."""
    async with world.deps.read() as session:
        where = (await person(world, near)).area_id if near else None
        targets = await ON_DUTY.to_wake(session, leaders=leaders, at=world.clock.now(), near=where)
        return {target.roads["wecom_app"] if target.kind == "person" else "group" for target in targets}


async def test_the_roster_names_who_is_rung_and_all_officers_where_it_is_empty(world: World) -> None:
    assert await rung(world) == {"liu"}
    await shift(world, "chen")
    assert await rung(world) == {"chen"}
    assert await rung(world, leaders=True) == {"chen", "sun"}
    await shift(world, "zhou", role="带班")
    assert await rung(world, leaders=True) == {"chen", "zhou"}
    await world.forward(minutes=7 * 60)
    assert await rung(world) == {"liu"}


async def test_who_cannot_be_reached_is_not_taken_for_a_desk(world: World) -> None:
    """A shift whose person has no address would wake nobody."""
    await shift(world, "chen")
    async with world.deps.begin() as session:
        address = (await session.execute(select(Address).where(col(Address.value) == "chen"))).scalar_one()
        address.gone_at = world.clock.now()
    assert await rung(world) == {"liu"}


async def test_the_towns_desk_is_rung_for_its_own_people(world: World) -> None:
    await shift(world, "chen")
    await shift(world, "wang", at=TOWN)
    assert await rung(world) == {"chen"}
    assert await rung(world, near="li") == {"chen", "wang"}  # 柳湾村 lies in 柳湾镇
    assert await rung(world, near="chen") == {"chen"}  # 石门村 does not


async def test_a_held_alert_rings_the_shift_and_not_the_sleeping_officer(world: World) -> None:
    await shift(world, "chen")
    await world.issue("大风", "11B06", hours=None)
    await world.say("li", "3")
    assert any("需要支援，请立即打电话" in text for text in await world.phone("chen"))
    assert not any("需要支援，请立即打电话" in text for text in await world.phone("liu"))


async def test_the_nearest_desk_upward_answers_for_every_area(world: World) -> None:
    await shift(world, "chen")
    await shift(world, "wang", at=TOWN)
    async with world.deps.read() as session:
        found = await roster(session, world.clock.now())
        names = {node.name: desk.post.name for node in found.areas.nodes.values() if (desk := found.near(node.id))}
    assert names == {
        "青崖县": "县值班室", "柳湾镇": "镇值班室", "柳湾村": "镇值班室", "上坪村": "镇值班室", "石门乡": "县值班室",
        "石门村": "县值班室",
    }  # fmt: skip


async def test_who_asks_in_chat_hears_the_names_and_the_phone(world: World) -> None:
    await shift(world, "chen")
    await shift(world, "sun", role="带班")
    await world.say("li", "谁值班？")
    told = (await world.phone("li"))[-1]
    assert told == "县值班室正在值班：陈大山、孙和平（带班）\n值班电话 000-0000\n险情请直接打 119、110、120。"
    await world.say("li", "石门乡谁值班？")
    assert (await world.phone("li"))[-1].startswith("县值班室正在值班：陈大山、孙和平（带班）")
    await shift(world, "wang", at=TOWN)
    await world.say("chen", "柳湾镇谁值班")
    assert "镇值班室正在值班：王建国\n值班电话 000-0001" in (await world.phone("chen"))[-1]
    await world.say("li", "值班电话")
    assert "镇值班室正在值班：王建国\n值班电话 000-0001" in (await world.phone("li"))[-1]


async def test_a_shift_is_reminded_of_and_confirmed_by_a_one(tmp_path: Path) -> None:
    async with both_ways(tmp_path) as both:
        world = both.world
        uid = await shift(world, "chen", starts=timedelta(hours=3))
        await world.work()
        assert await world.phone("chen") == []
        await world.forward(minutes=64)
        told = await world.phone("chen")
        assert len(told) == 1
        assert told[0].startswith("今天早上5:40值班 县值班室\n到今天下午1:40。")
        assert "回 1 确认到岗，来不了回 2。\n值班电话 000-0000" in told[0]
        assert await both.type("chen", "1") == "记下了：今天早上5:40值班，县值班室。有变化请打 000-0000。"
        confirmed = await kept(world, uid)
        assert confirmed.confirmed_at == world.clock.now()
        await world.forward(minutes=120)
        assert not any("还没确认" in text for text in await world.phone("sun"))


async def test_a_live_rung_comes_before_the_shift(tmp_path: Path) -> None:
    async with both_ways(tmp_path) as both:
        world = both.world
        uid = await shift(world, "li", starts=timedelta(hours=1))
        await world.work()
        await world.issue()
        before = len(await world.phone("li"))
        await both.type("li", "1")
        receipt, waits = (await world.phone("li"))[before:]
        assert receipt.startswith("收到了：1 收到（红色暴雨")
        assert waits == "还在等您：今天凌晨3:40县值班室的班，到岗再回 1，来不了回 2。"  # the same 1 was not for it
        assert (await kept(world, uid)).confirmed_at is None
        assert "记下了：" in await both.type("li", "1")
        assert (await kept(world, uid)).confirmed_at is not None
        async with world.deps.read() as session:
            assert len((await session.execute(select(Answer))).scalars().all()) == 1


async def test_a_menu_that_was_opened_later_keeps_its_digits(tmp_path: Path) -> None:
    async with both_ways(tmp_path) as both:
        uid = await shift(both.world, "chen", starts=timedelta(hours=1))
        await both.world.work()
        await both.world.forward(minutes=1)
        await both.type("chen", "菜单")
        assert "预警" in await both.type("chen", "1")
        assert (await kept(both.world, uid)).confirmed_at is None
        await both.type("chen", "1")
        assert (await kept(both.world, uid)).confirmed_at is not None


async def test_who_has_not_confirmed_is_named_to_the_leader_of_the_shift_once(world: World) -> None:
    await shift(world, "chen", starts=timedelta(hours=3))
    await shift(world, "zhou", role="带班", starts=timedelta(hours=3))
    await world.forward(minutes=140)
    async with world.deps.read() as session:
        for one in (await session.execute(select(Shift))).scalars():
            assert one.reminded_at is not None
    await world.forward(minutes=12)
    told = [text for text in await world.phone("zhou") if "还没确认" in text]
    assert told == []  # zhou is silent himself: all leaders are told
    told = [text for text in await world.phone("sun") if "还没确认" in text]
    assert len(told) == 1
    assert told[0].startswith("还没确认 县值班室 陈大山、周秀兰（带班）\n今天早上5:40的班到现在没有确认。")


async def test_who_says_2_is_told_to_the_leader_at_once(tmp_path: Path) -> None:
    async with both_ways(tmp_path) as both:
        await shift(both.world, "chen", starts=timedelta(hours=1, minutes=30))
        await both.world.work()
        assert await both.type("chen", "2") == (
            "记下了：今天凌晨4:10县值班室的班您来不了。正在告诉带班领导，请他换人。"
        )
        told = (await both.world.phone("sun"))[-1]
        assert told.startswith("来不了 县值班室 陈大山\n今天凌晨4:10的班本人说来不了，请马上换人。")


@pytest.mark.parametrize("minute", [0, 30])
async def test_no_reminder_goes_at_a_full_or_a_half_hour(world: World, minute: int) -> None:
    starts = world.clock.now().replace(minute=minute) + timedelta(hours=5)
    uid = await shift(world, "chen", starts=starts - world.clock.now())
    assert (await kept(world, uid)).remind_at.minute == minute + 3


async def test_two_sweeps_at_once_remind_once(world: World) -> None:
    """Whichever process comes second finds the row moved."""
    uid = await shift(world, "chen", starts=timedelta(hours=1))
    first = await kept(world, uid)
    async with world.deps.begin() as session:
        assert await claim(session, first, "reminded_at", world.clock.now())
    async with world.deps.begin() as session:
        assert not await claim(session, first, "reminded_at", world.clock.now())
    await world.work()
    async with world.deps.read() as session:
        sent = (await session.execute(select(Broadcast).where(col(Broadcast.subject) == f"shift:{uid}"))).all()
    assert sent == []
