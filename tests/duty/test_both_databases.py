"""One night of the calendar on either database: a shift is reminded of, changed, taken over and checked; two processes
do each of it once."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlmodel import col, select

from bot.commands.due.calendar import remind
from bot.commands.due.desk import desk as ends
from bot.commands.due.desk import hand_over
from bot.deps import open_deps
from broadcasts.dispatch.models import Broadcast
from broadcasts.dispatch.states import Purpose
from drills.duty.models import Check, Handover, Swap, Swapping
from drills.duty.now import roster
from drills.duty.swaps.asking import move
from drills.reminders.models import Asked, Moment, Occurrence, Sounding
from tests.duty.desk import kept, shift
from tests.reminders.test_reachability import figures, morning, sounded
from tests.world import World, small_world


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
async def either(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[World]:
    server = request.getfixturevalue("postgres_server") if request.param == "postgres" else None
    async with small_world(tmp_path, server.fresh() if server else "") as world:
        yield world


async def told(world: World, subject: str) -> list[str]:
    """The messages of the calendar whose subject begins so."""
    async with world.deps.read() as session:
        wanted = select(Broadcast.subject).where(col(Broadcast.subject).startswith(subject))
        return list((await session.execute(wanted.order_by(col(Broadcast.id)))).scalars())


async def both(world: World) -> None:
    """Two processes find the same things due."""
    async with open_deps(world.deps.settings, world.clock) as other:
        for deps in (world.deps, other):
            await hand_over(deps)
            await ends(deps)
            await remind(deps)
    await world.work()


async def test_a_shift_is_reminded_of_confirmed_and_taken_over(either: World) -> None:
    world = either
    uid = await shift(world, "chen", starts=timedelta(hours=1))
    await both(world)
    await both(world)
    assert await told(world, "shift:") == [f"shift:{uid}"]
    await world.say("chen", "1")
    assert (await kept(world, uid)).confirmed_at == world.clock.now()
    await world.forward(minutes=60)
    await both(world)
    await both(world)
    assert len(await told(world, "handover:")) == 1
    await world.say("chen", "1")
    async with world.deps.read() as session:
        handover = (await session.execute(select(Handover))).scalar_one()
    assert handover.confirmed_at == world.clock.now()
    await world.forward(minutes=16)
    await both(world)
    assert await told(world, "untaken:") == []


async def test_what_is_not_done_is_told_once(either: World) -> None:
    world = either
    await shift(world, "chen", starts=timedelta(minutes=15))
    await both(world)
    await world.forward(minutes=15)
    await both(world)
    await world.forward(minutes=16)
    await both(world)
    await both(world)
    assert len(await told(world, "untaken:")) == 1
    async with world.deps.begin() as session:
        on = (await roster(session, world.clock.now())).on
        session.add(
            Check(uid="c" * 36, shift_id=on[0].shift.id, person_id=on[0].person.id, asked_by="user:test",
                  asked_at=world.clock.now(), deadline=world.clock.now() + timedelta(minutes=10))
        )  # fmt: skip
    await world.forward(minutes=11)
    await both(world)
    await both(world)
    assert len(await told(world, "absent:")) == 1


async def test_a_swap_is_decided_once(either: World) -> None:
    world = either
    old = await shift(world, "chen", starts=timedelta(hours=20))
    await world.say("chen", "换班 刘洋")
    await world.say("liu", "1")
    async with world.deps.read() as session:
        seen = (await session.execute(select(Swap))).scalar_one()
    await world.say("sun", "1")
    async with world.deps.begin() as session:
        assert not await move(session, seen, Swapping.refused, world.clock.now())
    assert (await kept(world, old)).removed_at == world.clock.now()
    async with world.deps.read() as session:
        on = (await roster(session, world.clock.now() + timedelta(hours=21))).on
    assert [one.person.name for one in on] == ["刘洋"]


async def test_a_test_of_reachability_is_asked_and_closed_once(either: World) -> None:
    world = either
    await sounded(world, morning(world))
    await both(world)
    await world.say("li", "1")
    world.clock.turn(timedelta(hours=25).total_seconds())
    await both(world)
    assert (await figures(world))[:2] == (1, 4)
    async with world.deps.read() as session:
        assert len((await session.execute(select(Asked))).all()) == 4
        assert (await session.execute(select(Sounding.closed_at))).scalar_one() == world.clock.now()
        assert (await session.execute(select(Occurrence.state))).scalar_one() is Moment.sent
        sent = select(Broadcast.id).where(col(Broadcast.purpose) == Purpose.calendar)
        assert len((await session.execute(sent)).all()) == 1
