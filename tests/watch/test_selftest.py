"""The weekly test of ourselves: by every open road, to whoever was named, and to nobody else."""

from datetime import UTC, datetime

from sqlmodel import col, select

from bot.config import Settings
from bot.directory.models import Group, Person
from broadcasts.watch.models import SelfTestTarget
from broadcasts.watch.selftest import last, send_weekly
from tests.watch.looking import kinds, look, said
from tests.world import World

TUESDAY = datetime(2026, 7, 14, 2, 7, tzinfo=UTC)  # 10:07 in the county


async def name(world: World, person: str = "刘洋", group: str = "柳湾村群") -> None:
    async with world.deps.begin() as session:
        at = world.clock.now()
        for kind, table, called in (("person", Person, person), ("group", Group, group)):
            found = await session.scalar(select(table.id).where(col(table.name) == called))
            session.add(SelfTestTarget(kind=kind, target_id=found or 0, by="user:admin", at=at))


async def week(world: World) -> int:
    async with world.deps.begin() as session:
        sent = await send_weekly(session, world.deps.settings, world.clock.now())
    await world.work()
    return sent


async def until(world: World, moment: datetime) -> None:
    world.clock.turn((moment - world.clock.now()).total_seconds())


async def test_on_tuesday_each_road_says_one_line_and_is_measured(world: World) -> None:
    await name(world)
    await until(world, TUESDAY.replace(minute=6))
    assert await week(world) == 0
    await until(world, TUESDAY)
    assert await week(world) == 2
    assert await week(world) == 0  # once a week
    (to_person,) = await world.phone("liu")
    assert to_person.startswith("消息树自检，不是预警\n青崖县\n")
    assert "自检" in (await world.group("柳湾村群"))[-1]
    assert await world.phone("li") == []
    assert await world.group("上坪村群") == []
    async with world.deps.read() as session:
        tried = await last(session, TUESDAY)
    assert {one.channel: one.state.value for one in tried} == {"wecom_app": "sent", "wecom_robot": "sent"}
    assert all(one.seconds is not None for one in tried)
    found = await look(world, "selftest")
    assert found["selftest"] is not None
    assert found["selftest"].seen == ()


async def test_a_machine_that_was_off_on_tuesday_makes_up_for_it_by_day(world: World) -> None:
    await name(world)
    await until(world, TUESDAY.replace(day=15, hour=20))  # 04:00 on Thursday
    assert await week(world) == 0
    await until(world, TUESDAY.replace(day=16, hour=3))
    assert await week(world) == 2


async def test_a_road_that_does_not_take_it_is_a_finding_by_day(world: World) -> None:
    await name(world)
    await world.fault(endpoint="robot", kind="errcode", code=93000)
    await until(world, TUESDAY)
    await week(world)
    await look(world, "selftest")
    assert await kinds(world) == ["selftest_failed"]
    assert "群机器人没有发成：机器人失效" in await said(world)
    assert "每周自检，群机器人没有发成" in (await world.phone("liu"))[-1]


async def test_where_nobody_was_named_nothing_is_sent(world: World) -> None:
    await until(world, TUESDAY)
    assert await week(world) == 0
    found = await look(world, "selftest")
    assert found["selftest"] is not None
    assert [one.kind for one in found["selftest"].seen] == ["selftest_nobody"]
    assert isinstance(world.deps.settings, Settings)
