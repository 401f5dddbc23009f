"""抽查 by surprise: off until the county's row switches it on; drawn as rows; nobody is asked who has just answered,
who is off duty, or who leads from home at night."""

from collections import Counter
from datetime import date, datetime, timedelta
from random import Random
from zoneinfo import ZoneInfo

import pytest
from sqlmodel import col, select

from bot.access.models import Role
from drills.duty import ruled
from drills.duty.models import Check
from drills.duty.spots.drawn import Span, moments, spans
from drills.duty.spots.models import Period, Spot, Spotted
from drills.duty.spots.sweep import anything_due, sweep_spots
from handlers.chat.conversations.lately import Lately
from tests.console_rooms.desk import desk
from tests.duty.desk import shift
from tests.grounds import ON_BOTH
from tests.world import World

ZONE = ZoneInfo("Asia/Shanghai")
FLOOD = Period(name="主汛期", first=date(2026, 7, 15), last=date(2026, 7, 20), basis="县办〔2026〕1号")


async def switch(world: World, **numbers: int) -> None:
    async with world.deps.begin() as session:
        for name, value in numbers.items():
            await ruled.set_number(
                session, name, value, basis="县办〔2026〕7号", by="user:sun", today=date(2026, 7, 12),
                at=world.clock.now(),
            )  # fmt: skip


async def sweep(world: World) -> int:
    now = world.clock.now()
    async with world.deps.read() as session:
        due = await anything_due(session, now, world.deps.settings.zone)
    return await sweep_spots(world.deps, Lately(), Random(7), now) if due else 0


async def spots(world: World) -> list[Spot]:
    async with world.deps.read() as session:
        return list((await session.execute(select(Spot).order_by(col(Spot.due_at)))).scalars())


async def until(world: World, moment: datetime) -> None:
    world.clock.turn((moment - world.clock.now()).total_seconds())


async def due_now(world: World, moment: datetime) -> None:
    """One surprise at this moment, as if it had been drawn."""
    await until(world, moment)
    async with world.deps.begin() as session:
        session.add(Spot(span=f"{moment:%m%d%H%M}", number=1, due_at=moment))


@ON_BOTH
async def test_off_by_default_and_drawn_once_when_the_county_switches_it_on(world: World) -> None:
    assert await sweep(world) == 0
    assert await spots(world) == []
    await switch(world, spot_month=6)
    assert await sweep(world) == 0
    drawn = await spots(world)
    assert len(drawn) == 4  # of six a month, for the 19 days that are left
    assert all(one.due_at.minute not in {0, 30} for one in drawn)
    assert len({one.due_at.astimezone(ZONE).date() for one in drawn}) == 4
    await sweep(world)
    assert len(await spots(world)) == 4
    await switch(world, spot_month=0)
    await sweep(world)
    assert {one.state for one in await spots(world)} == {Spotted.dropped}


@ON_BOTH
async def test_who_is_on_duty_is_asked_and_nobody_who_has_just_spoken(world: World) -> None:
    await switch(world, spot_month=1, spot_people=9)
    await shift(world, "chen", hours=72)
    await shift(world, "liu", hours=72)
    await world.say("chen", "预警")
    await due_now(world, datetime(2026, 7, 12, 5, 17, tzinfo=ZONE))
    assert await sweep(world) == 1
    await world.work()
    assert "抽查" in (await world.phone("liu"))[-1]
    assert not any("抽查" in text for text in [*await world.phone("chen"), *await world.phone("li")])
    await due_now(world, datetime(2026, 7, 12, 6, 17, tzinfo=ZONE))
    assert await sweep(world) == 0  # liu has just been asked, chen has just spoken
    assert [one.state for one in await spots(world)][:2] == [Spotted.asked, Spotted.nobody]
    async with world.deps.read() as session:
        (check,) = (await session.execute(select(Check))).scalars()
    assert check.asked_by == "system"


@ON_BOTH
async def test_who_leads_is_not_woken_at_night_and_asked_by_day(world: World) -> None:
    await switch(world, spot_month=1)
    await shift(world, "sun", role="带班", hours=72)
    await due_now(world, datetime(2026, 7, 12, 3, 17, tzinfo=ZONE))
    assert await sweep(world) == 0
    await due_now(world, datetime(2026, 7, 12, 10, 17, tzinfo=ZONE))
    assert await sweep(world) == 1


@ON_BOTH
async def test_what_fell_due_while_nothing_ran_is_over(world: World) -> None:
    await switch(world, spot_month=1)
    await shift(world, "liu", hours=72)
    await due_now(world, datetime(2026, 7, 12, 5, 17, tzinfo=ZONE))
    world.clock.turn(3600)
    assert await sweep(world) == 0
    assert (await spots(world))[0].state is Spotted.over


async def test_an_important_period_is_written_with_its_basis_and_ended(world: World) -> None:
    async with desk(world, Role.leader) as leader:
        given = {"name": "主汛期", "first": "2026-07-15", "last": "2026-07-20", "basis": "县办〔2026〕1号"}
        assert (await leader.press("/console/duty/rules/period", **given | {"last": "2026-07-01"})).status == 422
        assert (await leader.press("/console/duty/rules/period", **given)).status == 303
        page = (await leader.look("/console/duty/rules")).text
        assert "主汛期" in page
        assert "平常每月不定时抽查几次（0 是不抽）：0 次" in page
        assert (await leader.press("/console/duty/rules/period/end", index="1")).status == 303
        assert (await leader.press("/console/duty/rules/period/end", index="1")).status == 404


@pytest.mark.parametrize(
    ("today", "month", "week", "found"),
    [
        (date(2026, 7, 12), 0, 0, {}),
        (date(2026, 7, 12), 31, 0, {"2026-07": 16}),  # 25 ordinary days, 13 of them to come
        (date(2026, 7, 12), 31, 7, {"2026-07": 16}),  # the period begins next week
        (date(2026, 7, 14), 0, 7, {"2026-W29": 5}),
        (date(2026, 7, 20), 2, 14, {"2026-07": 1}),
        (date(2026, 7, 31), 9, 9, {}),
    ],
)
def test_how_many_are_drawn(today: date, month: int, week: int, found: dict[str, int]) -> None:
    numbers = {"spot_month": month, "spot_week": week}
    assert {span.name: span.count for span in spans(today, [FLOOD], numbers)} == found


def test_more_times_than_days_are_spread_over_all_of_them() -> None:
    days = [date(2026, 7, 15) + timedelta(days=n) for n in range(3)]
    drawn = moments(Span("2026-W29", days, 3, 7), ZONE, Random(1))
    assert len(drawn) == 7
    assert set(Counter(one.date() for one in drawn)) == set(days)
    assert drawn == sorted(drawn)
