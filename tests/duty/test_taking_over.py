"""A handover is read out to who comes and confirmed; what is not taken over, and who is not there, the leader hears."""

from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from random import Random

import pytest
from sqlmodel import select

from bot.access.models import Role
from bot.commands.due.desk import desk as ends
from bot.commands.due.desk import hand_over
from drills.duty.checks import Asked, NobodyOn, drawn
from drills.duty.models import Handover
from drills.duty.now import OnShift, roster
from tests.both_ways import both_ways
from tests.console_rooms.desk import desk
from tests.duty.desk import TOWN, shift
from tests.duty.test_desk import county_post
from tests.world import World


async def ticks(world: World) -> None:
    """What the calendar's ticks do, and what leaves by it."""
    await hand_over(world.deps)
    await ends(world.deps)
    await world.work()


async def handover(world: World) -> Handover:
    async with world.deps.read() as session:
        return (await session.execute(select(Handover))).scalar_one()


async def test_who_comes_is_read_the_handover_and_takes_over_with_a_one(tmp_path: Path) -> None:
    async with both_ways(tmp_path) as both:
        world = both.world
        await shift(world, "chen", starts=timedelta(hours=-8), hours=8.25)
        await shift(world, "liu", starts=timedelta(minutes=15))
        await world.issue()
        await ticks(world)
        assert not any("请接班" in text for text in await world.phone("liu"))
        await world.forward(minutes=15)
        await ticks(world)
        read = "".join(text for text in await world.phone("liu") if "请接班" in text or "交接" in text)
        assert "请接班 县值班室 今天凌晨2:55\n看完回 1 接班确认。" in read
        assert "生效中的预警：\n- 红色暴雨（" in read
        assert "上报" in read
        await ticks(world)
        assert sum("请接班" in text for text in await world.phone("liu")) == 1
        await both.type("liu", "2")
        assert (await handover(world)).confirmed_at is None
        assert await both.type("liu", "1") == "接班了：县值班室，今天凌晨2:55起由您负责。"
        assert (await handover(world)).confirmed_by.startswith("person:")
        async with desk(world, Role.viewer) as somebody:
            assert "由 刘洋 确认" in (await somebody.look("/console/handover")).text
        await world.forward(minutes=20)
        await ticks(world)
        assert not any("没人接班" in text for text in await world.phone("sun"))


async def test_a_shift_that_nobody_takes_over_is_told_to_the_leader_once(world: World) -> None:
    await shift(world, "liu", starts=timedelta(minutes=15))
    await ticks(world)
    await world.forward(minutes=15)
    await ticks(world)
    await world.forward(minutes=14)
    await ticks(world)
    assert not any("没人接班" in text for text in await world.phone("sun"))
    await world.forward(minutes=1)
    await ticks(world)
    await ticks(world)
    told = [text for text in await world.phone("sun") if "没人接班" in text]
    assert len(told) == 1
    assert told[0].startswith("没人接班 县值班室 今天凌晨2:55\n应接班：刘洋，到现在没有确认。")


async def test_after_an_outage_it_is_read_out_first_and_told_of_later(world: World) -> None:
    """Whoever comes had no chance to take over while nothing ran."""
    await shift(world, "liu", starts=timedelta(minutes=15))
    await ticks(world)
    await world.forward(minutes=40)
    await ticks(world)
    assert not any("没人接班" in text for text in await world.phone("sun"))
    await world.forward(minutes=15)
    await ticks(world)
    assert sum("没人接班" in text for text in await world.phone("sun")) == 1


async def test_a_page_takes_over_where_no_digit_is_heard(tmp_path: Path) -> None:
    async with both_ways(tmp_path) as both:
        await shift(both.world, "liu", starts=timedelta(minutes=15))
        await ticks(both.world)
        await both.world.forward(minutes=15)
        await ticks(both.world)
        async with both.reading("liu") as phone:
            assert "请接班 县值班室" in await phone.open("/h5/duty?by=wecom")
            await phone.press("/h5/duty", do="take_over")
        assert (await handover(both.world)).confirmed_at is not None


async def test_who_does_not_answer_a_check_is_named_to_the_leader_once(tmp_path: Path) -> None:
    async with both_ways(tmp_path) as both:
        world = both.world
        await shift(world, "chen")
        await shift(world, "wang", at=TOWN)
        async with desk(world, Role.leader) as leader:
            await leader.press("/console/duty/check", post=await county_post(world))
            await world.forward(minutes=11)
            await ticks(world)
            await ticks(world)
            told = [text for text in await world.phone("sun") if "抽查没应" in text]
            assert len(told) == 1
            assert told[0].startswith("抽查没应 县值班室 陈大山\n今天凌晨2:40抽查，到今天凌晨2:50没有应答，可能离岗。")
            page = (await leader.look("/console/duty")).text
            assert "没有应答，可能离岗" in page
            assert "在岗 0，晚应 0，没应答 1" in page
            await both.type("chen", "1")
            assert "在岗 0，晚应 1，没应答 0" in (await leader.look("/console/duty")).text
            assert not any("抽查" in text for text in await world.phone("wang"))
            wrong = await leader.press("/console/duty/check", count="0")
            assert "抽几个人要填 1 到 200" in wrong.text


def by_seed(people: Sequence[OnShift], count: int) -> list[OnShift]:
    return Random(7).sample(list(people), count)


async def test_those_who_are_asked_are_drawn_by_role_and_lot(world: World) -> None:
    for name in ("chen", "liu", "li"):
        await shift(world, name)
    await shift(world, "zhou", role="带班")
    async with world.deps.begin() as session:
        on, at = (await roster(session, world.clock.now())).on, world.clock.now()

        async def names(role: str, count: int | None) -> list[str]:
            return [one.person.name for one in await drawn(session, on, role, count, by_seed, at)]

        assert await names("带班", None) == ["周秀兰"]
        assert len(await names("", 2)) == 2
        assert len(set(await names("值班", 9))) == 3
        with pytest.raises(NobodyOn):
            await names("主班", None)
    async with desk(world, Role.leader) as leader:
        await leader.press("/console/duty/check", role="值班", count="1")
        await leader.press("/console/duty/check", role="值班", count="2")
        async with world.deps.begin() as session:
            with pytest.raises(Asked):  # each of them was drawn, nobody twice
                await drawn(session, on, "值班", 1, by_seed, at)
