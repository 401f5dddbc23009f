"""A machine starts eight hours ahead, as one does that takes its own clock for the time of Greenwich, and is set right
while a warning is on its way: nothing waits for those hours."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlmodel import col

from bot.commands.due.house import set_back
from broadcasts.audience.models import AudienceRule
from broadcasts.dispatch.models import Batch
from broadcasts.dispatch.sending.reported import doubted
from broadcasts.dispatch.states import Mode, Road, State
from broadcasts.hazards.grades import Grade
from broadcasts.release.holds import open_hold
from broadcasts.release.verdict import Reason
from tests.world import World, small_world

AHEAD = timedelta(hours=8).total_seconds()


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
async def world(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[World]:
    database = request.getfixturevalue("postgres_server").fresh() if request.param == "postgres" else ""
    async with small_world(tmp_path, database) as made:
        made.clock.set_by(AHEAD)
        yield made


async def waiting(world: World) -> int:
    async with world.deps.read() as session:
        wanted = sa.select(sa.func.count()).where(col(Batch.state) == State.queued)
        return await session.scalar(wanted) or 0


async def right_again(world: World, ahead: float = AHEAD) -> None:
    async with world.http.delete(f"{world.base}/_sim/faults") as answer:
        assert answer.status == 200
    world.clock.set_by(-ahead)
    await set_back(world.deps)


async def test_copies_that_were_tried_go_on_at_once(world: World) -> None:
    await world.fault(endpoint="*", kind="errcode", code=-1)
    await world.issue(grade=Grade.red)
    assert await waiting(world)
    await right_again(world)
    await world.forward(seconds=30)
    assert await waiting(world) == 0
    assert "红色暴雨" in (await world.phone("li"))[0]


async def test_copies_that_were_not_tried_yet_leave_at_once(world: World) -> None:
    await world.issue(grade=Grade.red, work=False)
    await right_again(world)
    await world.forward(seconds=30)
    assert await waiting(world) == 0
    assert "红色暴雨" in (await world.phone("li"))[0]


async def test_what_waits_for_the_morning_still_does(world: World) -> None:
    async with world.deps.begin() as session:
        session.add(AudienceRule(grade="blue", role="村群", mode=Mode.digest, basis="青崖县"))
    world.clock.set_by(2 * 3600 - AHEAD)  # in the night, by the wrong clock too
    await world.issue(grade=Grade.blue, hours=20)
    before = await waiting(world)
    await right_again(world, 2 * 3600)
    await world.forward(seconds=30)
    assert await waiting(world) == before > 0


async def test_an_answer_counts_and_a_report_of_arrival_is_believed(world: World) -> None:
    await world.issue(grade=Grade.red)
    await right_again(world)
    await world.forward(minutes=1)
    await world.say("li", "1")
    assert (await world.phone("li"))[-1].startswith("收到了：1 收到")
    async with world.deps.read() as session:
        left = await session.scalar(sa.select(col(Batch.message_id)).where(col(Batch.message_id) != "").limit(1))
        now, said = world.clock.now(), (Road.live, "wecom_app", left or "", State.delivered)
        assert await doubted(session, *said, now, now) == ""


async def test_what_is_put_off_afterwards_waits_as_long_as_it_has_to(world: World) -> None:
    await world.issue(grade=Grade.red, work=False)
    await right_again(world)
    later = world.clock.now() + timedelta(hours=1)
    async with world.deps.begin() as session:
        await session.execute(sa.update(Batch).where(col(Batch.state) == State.queued).values(due_at=later))
    await set_back(world.deps)
    async with world.deps.read() as session:
        assert await session.scalar(sa.select(sa.func.min(col(Batch.due_at)))) == later


async def test_the_silent_are_told_again_three_minutes_later(world: World) -> None:
    await world.issue(grade=Grade.red)
    await right_again(world)
    await world.forward(minutes=4)
    assert "第 2 次" in (await world.phone("li"))[-1]


async def test_whoever_is_on_duty_is_rung_every_three_minutes(world: World) -> None:
    async with world.deps.begin() as session:
        await open_hold(session, Reason.broken, about="watch:1", said="坏了。", by="system", at=world.clock.now())
    await world.work()
    assert len(await world.phone("liu")) == 1
    await right_again(world)
    await world.forward(minutes=7)
    assert len(await world.phone("liu")) >= 3
