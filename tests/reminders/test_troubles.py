"""One reminder that breaks holds up nobody; what can reach nobody, and whose owner has left, is said."""

from collections.abc import Collection
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from bot.access.models import Role, User
from bot.directory.models import PersonRole
from drills.reminders.models import Moment, Occurrence, Reminder, Topic
from drills.reminders.plan import EmptyAudience
from drills.reminders.sweep import TRIES, sweep_due
from handlers.chat.conversations.lately import Lately
from tests.console_rooms.desk import desk
from tests.reminders.test_reminders import DAILY, MORNING, made, sent, states
from tests.world import World

FORM = {"name": "会", "topic": "meeting", "starts_at": "2026-08-01T09:07", "every": "", "rule": "", "roles": "网格员",
        "kinds": "", "area": "", "text": "开会", "basis": "县里定的"}  # fmt: skip


class Broken:
    """Who has been heard cannot be told."""

    async def since(self, session: AsyncSession, people: Collection[int], at: datetime) -> set[int]:
        raise RuntimeError("no such table")


async def moment(world: World, reminder: Reminder) -> Occurrence:
    async with world.deps.read() as session:
        wanted = select(Occurrence).where(col(Occurrence.reminder_id) == reminder.id)
        return (await session.execute(wanted.order_by(col(Occurrence.id)).limit(1))).scalar_one()


async def to(world: World, at: datetime) -> None:
    world.clock.turn((at - world.clock.now()).total_seconds())


async def test_one_that_breaks_holds_up_nobody_and_is_tried_again_later(world: World) -> None:
    broken = await made(world.deps, topic=Topic.reachability, rule=DAILY)
    await made(world.deps, MORNING + timedelta(seconds=1))
    await to(world, MORNING + timedelta(seconds=2))
    assert await sweep_due(world.deps, Broken()) == 2
    assert await states(world.deps) == {Moment.sent: 1, Moment.due: 1}
    row = await moment(world, broken)
    assert (row.attempts, row.reason) == (1, "RuntimeError")
    assert row.due_at == world.clock.now() + timedelta(minutes=1)
    async with desk(world, Role.officer) as officer:
        page = (await officer.look("/console/reminders")).text
        assert "试了 1 次没发出去（RuntimeError）" in page
    pauses = []
    for _ in range(TRIES - 1):
        before = (await moment(world, broken)).due_at
        await to(world, before)
        assert await sweep_due(world.deps, Broken()) == 1
        pauses.append((await moment(world, broken)).due_at - before)
    assert pauses[:3] == [timedelta(minutes=2), timedelta(minutes=4), timedelta(minutes=8)]
    assert (await moment(world, broken)).state is Moment.failed
    assert await states(world.deps) == {Moment.sent: 1, Moment.failed: 1, Moment.due: 1}  # tomorrow's stands
    async with desk(world, Role.leader) as leader:
        assert "有 1 次提醒试了几次都没发出去" in (await leader.look("/console/reminders")).text


async def test_a_try_that_works_sends_it_once(world: World) -> None:
    broken = await made(world.deps, topic=Topic.reachability)
    await to(world, MORNING)
    await sweep_due(world.deps, Broken())
    await to(world, MORNING + timedelta(minutes=1))
    assert await sweep_due(world.deps, Lately()) == 1
    assert (await moment(world, broken)).state is Moment.sent
    assert len(await sent(world.deps)) == 1


async def test_a_retry_does_not_come_in_the_night(world: World) -> None:
    late = datetime(2026, 7, 12, 13, 29, tzinfo=UTC)  # 21:29
    broken = await made(world.deps, late, topic=Topic.reachability)
    await to(world, late)
    await sweep_due(world.deps, Broken())
    assert (await moment(world, broken)).due_at == datetime(2026, 7, 12, 23, 10, tzinfo=UTC)


async def test_a_rule_that_can_no_longer_be_read_fails_alone(world: World) -> None:
    broken = await made(world.deps, rule=DAILY)
    async with world.deps.begin() as session:
        await session.execute(sa.update(Reminder).where(col(Reminder.id) == broken.id).values(rule="每月"))
    await made(world.deps)
    await to(world, MORNING)
    for _ in range(TRIES):
        await sweep_due(world.deps, Lately())
        world.clock.turn(3600)
    assert await states(world.deps) == {Moment.failed: 1, Moment.sent: 1}


async def test_what_would_reach_nobody_is_refused(world: World) -> None:
    with pytest.raises(EmptyAudience, match="消防员"):
        await made(world.deps, roles="消防员")
    async with desk(world, Role.officer) as officer:
        told = await officer.press("/console/reminders", **{**FORM, "roles": "消防员"})
        assert told.status == 422
        assert "现在没有一个人、一个群符合" in told.text
        told = await officer.press("/console/reminders", **{**FORM, "topic": "reachability", "kinds": "村群"})
        assert "群里回的话系统听不到" in told.text
    async with world.deps.read() as session:
        assert (await session.execute(select(Reminder))).all() == []


async def test_who_left_and_whom_it_reaches_no_more_is_shown(world: World) -> None:
    async with desk(world, Role.officer) as officer:
        await officer.press("/console/reminders", **FORM)
        page = (await officer.look("/console/reminders")).text
        assert "谁也收不到" not in page
        assert "已经离开" not in page
    async with world.deps.begin() as session:
        await session.execute(sa.delete(PersonRole).where(col(PersonRole.role) == "网格员"))
        gone = sa.update(User).where(col(User.name) == "officer").values(disabled_at=world.clock.now())
        await session.execute(gone)
    async with desk(world, Role.leader) as leader:
        page = (await leader.look("/console/reminders")).text
        assert "现在没有一个人、一个群符合，到时谁也收不到" in page
        assert "定的人已经离开" in page
