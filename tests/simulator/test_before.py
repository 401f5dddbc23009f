"""Before the demo begins: no room is empty, nobody is rung for what is past, and a second start adds nothing."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlmodel import col, select

from bot.clock import TurnedClock
from bot.config import Settings
from bot.demo.county import before as made
from bot.demo.county import load as county
from bot.demo.county import rooms
from bot.demo.live import demo_settings
from bot.deps import Deps, open_deps
from bot.directory.outlets.models import Outlet
from bot.directory.robots import RobotState, group_states
from bot.directory.shelters.models import Openness, Shelter
from bot.migrations.run import upgrade
from broadcasts.dispatch.models import Batch
from broadcasts.notices.models import Notice
from broadcasts.notices.models import State as Handed
from drills.drills.models import Drill, Stage
from drills.duty.models import Handover, PhoneLog, Shift
from drills.duty.now import roster
from drills.reminders.models import Reminder
from handlers.hints.models import Hint
from handlers.reports.models import Report, ReportDue, State

ROOMS = (Shift, Handover, Drill, PhoneLog, Reminder, Hint, Report, Shelter, Outlet, Notice)


async def counted(deps: Deps) -> dict[str, int]:
    async with deps.read() as session:
        wanted = {one.__name__: sa.select(sa.func.count()).select_from(one) for one in (*ROOMS, Batch)}
        return {name: int(await session.scalar(query) or 0) for name, query in wanted.items()}


async def test_no_room_is_empty_and_a_second_start_adds_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SIGNALTREE_DATA_DIR", str(tmp_path))
    settings: Settings = demo_settings(8080)
    await upgrade(settings)
    clock = TurnedClock(datetime(2026, 7, 11, 8, 20, tzinfo=settings.zone))
    async with open_deps(settings, clock) as deps:
        await county.load(deps)
        await made.before(deps)
        await rooms.furnish(deps)
        found = await counted(deps)
        assert all(found[room.__name__] for room in ROOMS)
        assert found["Batch"] == 0  # nobody hears of what is past
        async with deps.read() as session:
            on = (await roster(session, clock.now())).on
            assert {one.person.name for one in on} == {"刘洋", "傅长莲", "孙志远"}
            assert all(one.shift.confirmed_at for one in on)
            assert (await session.execute(select(Drill.state))).scalars().all() == [Stage.planned]
            assert (await session.execute(select(Report.state))).scalars().all() == [State.confirmed]
            assert all(one.confirmed_at for one in (await session.execute(select(Handover))).scalars())
            late = select(ReportDue).where(col(ReportDue.done_at).is_(None), col(ReportDue.due_at) <= clock.now())
            assert (await session.execute(late)).first() is None
        await made.before(deps)
        await rooms.furnish(deps)
        assert await counted(deps) == found
        clock.turn(timedelta(days=9).total_seconds())
        await made.before(deps)
        async with deps.read() as session:
            assert len((await roster(session, clock.now())).on) == 3  # it goes on after a week


async def test_what_waits_in_the_rooms_is_for_a_newcomer_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SIGNALTREE_DATA_DIR", str(tmp_path))
    settings = demo_settings(8080)
    await upgrade(settings)
    async with open_deps(settings, TurnedClock(datetime(2026, 7, 11, 8, 20, tzinfo=settings.zone))) as deps:
        await county.load(deps)
        await rooms.furnish(deps)
        async with deps.read() as session:
            open_ = select(Shelter.name).where(col(Shelter.state) == Openness.open)
            assert set((await session.execute(open_)).scalars()) == set(rooms.PEOPLE)
            groups = [one.state for one in await group_states(session)]
            assert groups.count(RobotState.unverified) == rooms.UNCHECKED
            waiting = (await session.execute(select(Notice).order_by(col(Notice.id)))).scalars().all()
            assert [one.state for one in waiting] == [Handed.draft, Handed.submitted]
            assert {one.author for one in waiting} == {rooms.BY}


@pytest.mark.parametrize(
    ("hour", "begins"), [(3, "2026-07-10 17:00"), (9, "2026-07-11 08:30"), (18, "2026-07-11 17:00")]
)
def test_the_roster_begins_with_the_shift_before_the_one_that_is_on(hour: int, begins: str) -> None:
    lines = made.sheet(datetime.fromisoformat(f"2026-07-11T{hour:02}:00+08:00")).splitlines()
    assert lines[1].split(",")[3] == lines[4].split(",")[2] == begins
    assert len(lines) == 1 + (1 + made.DAYS * 2) * 3
