"""换班: one asks, the other agrees, the leader approves; the roster and its reminders follow."""

from datetime import timedelta
from pathlib import Path

import sqlalchemy as sa
from sqlmodel import col, select

from bot.access.models import Role
from bot.commands.due.desk import desk as ends
from bot.directory.models import Address
from bot.record.models import Entry
from drills.duty.models import Shift, Swap, Swapping
from tests.both_ways import both_ways
from tests.console_rooms.desk import Desk, desk
from tests.duty.desk import kept, shift
from tests.duty.test_desk import signed_as
from tests.world import World

NIGHT_SHIFT = timedelta(hours=14)  # today at 16:40


async def who(world: World) -> list[str]:
    """Who has the shifts that stand, in their order."""
    async with world.deps.read() as session:
        wanted = (
            select(Address.value)
            .join(Shift, col(Shift.person_id) == col(Address.person_id))
            .where(col(Shift.removed_at).is_(None))
            .order_by(col(Shift.starts_at))
        )
        return list((await session.execute(wanted)).scalars())


async def stands(world: World) -> Swapping:
    async with world.deps.read() as session:
        newest = select(Swap).order_by(col(Swap.id).desc()).limit(1)
        return (await session.execute(newest)).scalar_one().state


async def act(browser: Desk, world: World, what: str) -> int:
    async with world.deps.read() as session:
        uid = (await session.execute(select(Swap.uid).order_by(col(Swap.id).desc()).limit(1))).scalar_one()
    return (await browser.press(f"/console/duty/swaps/{uid}", do=what)).status


async def test_a_shift_changes_hands_by_chat_alone(tmp_path: Path) -> None:
    async with both_ways(tmp_path) as both:
        world = both.world
        uid = await shift(world, "chen", starts=NIGHT_SHIFT)
        said = await both.type("chen", "换班 刘洋")
        assert said == "记下了：今天下午4:40县值班室的班，正在问刘洋。定下来以前还是您的班。"
        asked = (await world.phone("liu"))[-1]
        assert asked.startswith(
            "换班 县值班室 今天下午4:40\n陈大山的值班，到明天凌晨0:40，请您来值。\n同意回 1，不行回 2。"
        )
        assert await both.type("liu", "1") == "记下了：今天下午4:40县值班室的班您来值。正在等带班领导同意。"
        assert await who(world) == ["chen"]
        waits = (await world.phone("sun"))[-1]
        assert waits.startswith("换班待批 县值班室 今天下午4:40\n陈大山的值班由刘洋来值")
        assert "两人都同意了。\n同意回 1，不同意回 2。" in waits
        assert await both.type("sun", "1") == "同意了：今天下午4:40县值班室的班由刘洋来值。两人都已告诉。"
        assert await who(world) == ["liu"]
        assert (await kept(world, uid)).removed_at is not None
        for phone in ("chen", "liu"):
            assert "换好了 县值班室 今天下午4:40\n值班由刘洋来值" in (await world.phone(phone))[-1]
        await world.forward(minutes=12 * 60 + 5)
        assert any("回 1 确认到岗" in text for text in await world.phone("liu"))
        assert not any("回 1 确认到岗" in text for text in await world.phone("chen"))
        async with world.deps.read() as session:
            wanted = select(Entry.action).where(col(Entry.action).like("swap.%")).order_by(col(Entry.id))
            actions = list((await session.execute(wanted)).scalars())
        assert actions == ["swap.asked", "swap.accepted", "swap.approved"]


async def test_who_is_asked_may_say_no_and_so_may_the_leader(tmp_path: Path) -> None:
    async with both_ways(tmp_path) as both:
        world = both.world
        await shift(world, "chen", starts=NIGHT_SHIFT)
        await both.type("chen", "换班给刘洋")
        assert "不换" in await both.type("liu", "2")
        assert "没有换成 县值班室 今天下午4:40\n刘洋来不了。" in (await world.phone("chen"))[-1]
        await both.type("chen", "换班 刘洋")
        await both.type("liu", "1")
        await both.type("sun", "2")
        assert "带班领导没有同意" in (await world.phone("liu"))[-1]
        assert await who(world) == ["chen"]
        assert await stands(world) is Swapping.refused


async def test_whoever_takes_it_first_has_it(tmp_path: Path) -> None:
    """顶班: nobody is named; the colleagues of the same room are asked."""
    async with both_ways(tmp_path) as both:
        world = both.world
        await shift(world, "chen", starts=NIGHT_SHIFT)
        for number, colleague in enumerate(("liu", "zhou"), 2):
            await shift(world, colleague, starts=NIGHT_SHIFT + timedelta(days=number))
        await shift(world, "wang", at=("柳湾镇", "镇值班室"), starts=timedelta(days=3))
        assert "正在问同事谁能顶" in await both.type("chen", "顶班")
        assert (await world.phone("zhou"))[-1].startswith("谁能顶班 县值班室 今天下午4:40")
        assert not any("顶班" in text for text in await world.phone("wang"))
        assert "您来值" in await both.type("zhou", "1")
        assert "没有" in await both.type("liu", "1")
        await both.type("sun", "1")
        assert (await who(world))[0] == "zhou"


async def test_overlaps_and_who_left_are_refused_by_name(tmp_path: Path) -> None:
    async with both_ways(tmp_path) as both:
        world = both.world
        await shift(world, "chen", starts=NIGHT_SHIFT)
        await shift(world, "liu", starts=NIGHT_SHIFT + timedelta(hours=2))
        assert "刘洋这时已有一个班：县值班室" in await both.type("chen", "换班 刘洋")
        assert "没有找到“张三丰”" in await both.type("chen", "换班 张三丰")
        async with world.deps.begin() as session:
            gone = sa.update(Address).where(col(Address.value) == "zhou").values(gone_at=world.clock.now())
            await session.execute(gone)
        assert "他已经离开" in await both.type("chen", "换班 周秀兰")
        assert "没有排到班" in await both.type("wang", "换班")
        async with world.deps.read() as session:
            assert (await session.execute(select(Swap))).all() == []


async def test_two_shifts_are_exchanged_on_the_console_and_nobody_approves_his_own(world: World) -> None:
    mine = await shift(world, "liu", starts=NIGHT_SHIFT)
    his = await shift(world, "chen", starts=NIGHT_SHIFT + timedelta(days=1))
    async with desk(world, Role.officer, Role.leader) as both, desk(world, Role.officer) as officer:
        await signed_as(world, "officer-leader", "liu")
        assert "换班" in (await both.look("/console/duty")).text
        await both.press("/console/duty/swaps", shift=mine, person="陈大山", back=his)
        await world.say("chen", "1")
        assert await stands(world) is Swapping.accepted
        assert "1 个换班等带班领导批" in (await both.look("/console/duty/swaps")).text
        assert await act(both, world, "approve") == 409  # his own
        assert await act(officer, world, "approve") == 403
        async with desk(world, Role.leader) as leader:
            assert await act(leader, world, "approve") == 303
            assert await act(leader, world, "refuse") == 409
    assert await who(world) == ["chen", "liu"]
    async with desk(world, Role.leader, place="石门乡") as other:
        assert await act(other, world, "withdraw") == 404


async def test_what_has_changed_meanwhile_is_not_approved(world: World) -> None:
    mine = await shift(world, "chen", starts=NIGHT_SHIFT)
    async with desk(world, Role.leader) as leader:
        await leader.press("/console/duty/swaps", shift=mine, person="刘洋")
        await world.say("liu", "1")
        await shift(world, "liu", starts=NIGHT_SHIFT + timedelta(hours=1), hours=2)
        assert await act(leader, world, "approve") == 409
        assert await stands(world) is Swapping.accepted  # nothing was half done
        assert await who(world) == ["chen", "liu"]


async def test_what_nobody_decides_comes_to_nothing_and_is_said(world: World) -> None:
    uid = await shift(world, "chen", starts=NIGHT_SHIFT)
    async with desk(world, Role.officer) as officer:
        await officer.press("/console/duty/swaps", shift=uid, person="刘洋")
        again = await officer.press("/console/duty/swaps", shift=uid, person="周秀兰")
        assert again.status == 422
        assert "已经在换" in again.text
    await world.forward(minutes=5)
    await ends(world.deps)
    assert await stands(world) is Swapping.asked
    world.clock.turn(timedelta(hours=13, minutes=26).total_seconds())
    await ends(world.deps)
    await world.work()
    assert await stands(world) is Swapping.ended
    assert any("没有换成 县值班室 今天下午4:40\n到时没有定下来。" in text for text in await world.phone("chen"))
    assert await who(world) == ["chen"]


async def test_a_page_asks_and_agrees_where_no_digit_is_heard(tmp_path: Path) -> None:
    async with both_ways(tmp_path) as both:
        world = both.world
        uid = await shift(world, "chen", starts=NIGHT_SHIFT)
        async with both.reading("chen") as phone:
            await phone.open("/h5/duty?by=wecom")
            await phone.press("/h5/duty", do="swap", shift=uid, to="没这个人")
            assert "没有找到这个人" in phone.text
            await phone.press("/h5/duty", do="swap", shift=uid, to="刘洋")
            assert "在问刘洋" in phone.text
        async with world.deps.read() as session:
            swap = (await session.execute(select(Swap.uid))).scalar_one()
        for reader in ("liu", "sun"):
            async with both.reading(reader) as phone:
                assert "陈大山" in await phone.open("/h5/duty?by=wecom")
                await phone.press("/h5/duty", do="yes", swap=swap)
        assert await who(world) == ["liu"]
