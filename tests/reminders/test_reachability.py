"""联络测试: who is silent is asked for a 1, who answers is reached, who does not is listed with somebody instead."""

from datetime import datetime, timedelta
from pathlib import Path

import sqlalchemy as sa
from sqlmodel import col, select

from bot.access.models import Role
from bot.commands.due.calendar import remind
from bot.directory.models import Address
from bot.wiring import HANDED_OVER
from drills.duty.handover import write_due
from drills.duty.models import Handover
from drills.reminders.models import Sounding, Topic
from drills.reminders.plan import add
from drills.reminders.presets import presets
from drills.reminders.soundings import latest, unreachable
from tests.both_ways import BothWays, both_ways
from tests.console_rooms.desk import desk
from tests.duty.desk import shift
from tests.world import World

TEXT = "本月联络测试。"
ASKS = "本月联络测试。\n\n收到请回 1，让县里知道找得到您。"


async def sounded(world: World, at: datetime) -> None:
    """A test of all informants and grid workers is due at `at`, and the clock is there."""
    async with world.deps.begin() as session:
        await add(
            session, world.deps.settings, name="每月联络测试", topic=Topic.reachability, starts_at=at, rule="",
            roles="灾害信息员,网格员", kinds="", area_id=None, text=TEXT, must_act=False, by="user:刘洋",
            at=world.clock.now(), answer_hours=24,
        )  # fmt: skip
    world.clock.turn((at - world.clock.now()).total_seconds())
    await remind(world.deps)
    await world.work()


async def figures(world: World) -> tuple[int, int, list[str]]:
    """Reachable, all, and the silent with who may be asked instead."""
    async with world.deps.read() as session:
        ((sounding, reminder, _, silent),) = await latest(session, 1)
        found = await unreachable(session, sounding, reminder)
    return sounding.people - silent, sounding.people, [f"{u.name}：{'、'.join(u.instead)}" for u in found]


def morning(world: World) -> datetime:
    return (world.clock.now() + timedelta(days=1)).replace(hour=2, minute=13)  # 10:13 in the county


async def month(both: BothWays) -> None:
    """周秀兰 has spoken a little while before; the others have been silent for a month. All but 周秀兰 are asked;
    李秀英 answers, 陈大山 says something else, 王建国 nothing."""
    world = both.world
    await both.type("zhou", "你好")
    await sounded(world, morning(world))


async def test_the_silent_are_asked_and_a_one_answers(tmp_path: Path) -> None:
    async with both_ways(tmp_path) as both:
        world = both.world
        await month(both)
        assert [(await world.phone(p))[-1:] == [ASKS] for p in ("li", "wang", "chen", "zhou")] == [True] * 3 + [False]
        assert await both.type("li", "1") == "收到了，县里找得到您。换了号码、换了人，请告诉值班室。"
        assert "没有" in await both.type("li", "1")
        await both.type("chen", "谁值班")
        await world.forward(minutes=30)
        assert (await figures(world))[:2] == (2, 4)
        world.clock.turn(timedelta(hours=24).total_seconds())
        await remind(world.deps)
        assert await figures(world) == (3, 4, ["王建国：李秀英（A 角）"])
        await remind(world.deps)
        async with world.deps.read() as session:
            assert (await session.execute(select(Sounding.closed_at))).scalar_one() is not None


async def test_the_desk_sees_who_cannot_be_reached_and_a_late_word_counts_after_all(tmp_path: Path) -> None:
    async with both_ways(tmp_path) as both:
        world = both.world
        await month(both)
        await both.type("wang", "1")
        await both.type("chen", "1")
        world.clock.turn(timedelta(hours=24, minutes=5).total_seconds())
        await remind(world.deps)
        async with desk(world, Role.officer) as officer:
            page = (await officer.look("/console/reachability")).text
            assert "4 人里找得到 3 人" in page
            assert "李秀英" in page
            assert "可以找：王建国（B 角）" in page
            assert "每月联络测试" in page
        async with desk(world, Role.officer, place="石门乡") as other:
            assert "李秀英" not in (await other.look("/console/reachability")).text
        await shift(world, "liu", starts=timedelta(minutes=15))
        await write_due(world.deps, HANDED_OVER, world.clock.now())
        async with world.deps.read() as session:
            text = (await session.execute(select(Handover.text))).scalar_one()
        assert "联络测试没有应答的人：\n- 每月联络测试：李秀英（柳湾村）" in text
        assert "县里找得到您" in await both.type("li", "收到")
        assert (await figures(world))[:2] == (4, 4)


async def test_a_live_rung_goes_first(tmp_path: Path) -> None:
    async with both_ways(tmp_path) as both:
        await month(both)
        await both.world.issue()
        assert "收到了：1 收到（红色暴雨" in await both.type("li", "1")
        assert (await figures(both.world))[0] == 1
        assert "县里找得到您" in await both.type("li", "1")
        assert (await figures(both.world))[0] == 2


async def test_a_page_answers_where_no_digit_is_heard(tmp_path: Path) -> None:
    async with both_ways(tmp_path) as both:
        await month(both)
        async with both.reading("li") as phone:
            assert "按一下，让县里知道找得到您" in await phone.open("/h5/duty?by=wecom")
            await phone.press("/h5/duty", do="here")
        assert (await figures(both.world))[0] == 2


async def test_who_has_no_address_is_counted_and_shown(world: World) -> None:
    async with world.deps.begin() as session:
        gone = sa.update(Address).where(col(Address.value) == "wang").values(gone_at=world.clock.now())
        await session.execute(gone)
    await sounded(world, morning(world))
    assert (await figures(world))[:2] == (0, 4)
    async with desk(world, Role.officer) as officer:
        assert "没有能用的地址" in (await officer.look("/console/reachability")).text


async def test_a_test_that_nobody_needs_is_over_at_once(tmp_path: Path) -> None:
    async with both_ways(tmp_path) as both:
        for phone in ("li", "wang", "zhou", "chen"):
            await both.type(phone, "你好")
        await sounded(both.world, morning(both.world))
        assert await figures(both.world) == (4, 4, [])


def test_the_ready_test_asks_people_and_no_groups() -> None:
    (one,) = [preset for preset in presets() if preset.topic is Topic.reachability]
    assert one.kinds == ""
    assert one.basis
