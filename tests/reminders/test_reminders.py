"""What comes back by the calendar: every moment once, never in the night, and what was missed is seen."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa
from sqlmodel import col, select

from bot.access.models import Role
from bot.deps import Deps, open_deps
from bot.directory.models import Area
from broadcasts.dispatch.models import Broadcast
from broadcasts.dispatch.states import Purpose
from drills.reminders.models import Moment, Occurrence, Reminder, Topic
from drills.reminders.plan import add, end
from drills.reminders.presets import presets
from drills.reminders.recurrence import NeverComes, NoSuchRule, TooOften, checked, polite
from drills.reminders.sweep import move, sweep_due
from handlers.chat.conversations.lately import Lately
from tests.console_rooms.desk import desk
from tests.world import NIGHT, PLACES, World

MORNING = datetime(2026, 7, 12, 1, 7, tzinfo=UTC)  # 09:07 in the county
DAILY = "FREQ=DAILY"


async def made(deps: Deps, at: datetime = MORNING, **more: object) -> Reminder:
    facts: dict[str, object] = {
        "name": "防灾减灾日", "topic": Topic.theme, "starts_at": at, "rule": "", "roles": "灾害信息员", "kinds": "",
        "area_id": None, "text": "请看一遍避险路线。", "must_act": False, "by": "user:test", "at": deps.clock.now(),
    }  # fmt: skip
    async with deps.begin() as session:
        return await add(session, deps.settings, **{**facts, **more})  # type: ignore[arg-type]


async def states(deps: Deps) -> dict[Moment, int]:
    async with deps.read() as session:
        rows = await session.execute(sa.select(col(Occurrence.state), sa.func.count()).group_by(col(Occurrence.state)))
        return {row[0]: row[1] for row in rows}


async def sent(deps: Deps) -> list[str]:
    async with deps.read() as session:
        wanted = select(Broadcast.subject).where(col(Broadcast.purpose) == Purpose.calendar)
        return list((await session.execute(wanted)).scalars())


async def test_a_reminder_comes_at_its_moment_and_comes_back(world: World) -> None:
    await made(world.deps, rule=DAILY)
    assert await sweep_due(world.deps, Lately()) == 0
    for day in range(3):
        world.clock.turn((MORNING + timedelta(days=day) - world.clock.now()).total_seconds())
        assert await sweep_due(world.deps, Lately()) == 1
        assert await sweep_due(world.deps, Lately()) == 0
    await world.work()
    assert (await world.phone("li"))[0] == "请看一遍避险路线。"
    assert await states(world.deps) == {Moment.sent: 3, Moment.due: 1}


async def test_five_thousand_of_one_minute_are_sent_once_each_also_across_a_restart(world: World) -> None:
    """Half of them by one process, which then is gone; the rest by another on the same database."""
    deps, count = world.deps, 5_000
    async with deps.begin() as session:
        wanted = select(Area.id).where(col(Area.code) == PLACES["柳湾村"][0])
        village = (await session.execute(wanted)).scalar_one()
        rows = [
            {"uid": f"{n:036d}", "name": "例会", "topic": Topic.meeting, "starts_at": MORNING, "rule": "", "roles": "",
             "kinds": "村群", "area_id": village, "text": f"第 {n} 个会", "must_act": False, "owner": "user:test",
             "basis": "", "made_at": NIGHT}
            for n in range(count)
        ]  # fmt: skip
        await session.execute(sa.insert(Reminder), rows)
        ids = (await session.execute(select(Reminder.id))).scalars().all()
        moments = [{"reminder_id": n, "planned_at": MORNING, "due_at": MORNING, "state": Moment.due} for n in ids]
        await session.execute(sa.insert(Occurrence), moments)
    world.clock.turn((MORNING - world.clock.now()).total_seconds())
    stopped = Stopped(deps, after=2_500)
    with pytest.raises(Stopped.Gone):
        await sweep_due(stopped, Lately())  # type: ignore[arg-type]
    assert await states(deps) == {Moment.sent: 2_500, Moment.due: 2_500}
    async with open_deps(deps.settings, world.clock) as another:
        assert await sweep_due(another, Lately()) == 2_500
    assert await states(deps) == {Moment.sent: count}
    told = await sent(deps)
    assert len(told) == len(set(told)) == count


class Stopped:
    """Deps of a process that is killed before its n-th transaction."""

    class Gone(BaseException):
        pass

    def __init__(self, deps: Deps, after: int) -> None:
        self.settings, self.clock, self._deps, self._left = deps.settings, deps.clock, deps, after

    def begin(self) -> object:
        if self._left == 0:
            raise self.Gone
        self._left -= 1
        return self._deps.begin()

    def read(self) -> object:
        return self._deps.read()


async def test_two_processes_that_find_the_same_moment_send_it_once(world: World) -> None:
    await made(world.deps)
    world.clock.turn((MORNING - world.clock.now()).total_seconds())
    async with world.deps.read() as session:
        seen = (await session.execute(select(Occurrence))).scalar_one()  # as both have read it
    async with open_deps(world.deps.settings, world.clock) as another:
        assert await sweep_due(another, Lately()) == 1
    async with world.deps.begin() as session:
        assert await move(session, [seen.id], Moment.sent, world.clock.now()) == set()
    assert len(await sent(world.deps)) == 1


async def test_what_is_found_too_late_is_missed_and_shown_and_the_next_one_comes(world: World) -> None:
    await made(world.deps, rule=DAILY)
    world.clock.turn((MORNING + timedelta(days=3, hours=14) - world.clock.now()).total_seconds())
    await sweep_due(world.deps, Lately())
    assert await states(world.deps) == {Moment.missed: 1, Moment.due: 1}
    assert await sent(world.deps) == []
    async with desk(world, Role.officer) as officer:
        assert "有 1 次提醒错过了" in (await officer.look("/console/reminders")).text
    world.clock.turn(timedelta(hours=10).total_seconds())
    assert await sweep_due(world.deps, Lately()) == 1
    assert len(await sent(world.deps)) == 1


async def test_in_the_night_only_what_somebody_must_act_on_goes(world: World) -> None:
    night = datetime(2026, 7, 12, 14, 47, tzinfo=UTC)  # 22:47
    await made(world.deps, night)
    await made(world.deps, night, must_act=True)
    async with world.deps.read() as session:
        due = list((await session.execute(select(Occurrence.due_at).order_by(col(Occurrence.id)))).scalars())
    assert due == [datetime(2026, 7, 12, 23, 10, tzinfo=UTC), night]  # 07:10 the next morning


@pytest.mark.parametrize(("minute", "expected"), [(0, 3), (30, 33), (7, 7), (59, 59)])
def test_full_and_half_hours_are_stepped_over(minute: int, expected: int) -> None:
    at = datetime(2026, 7, 12, 2, minute, tzinfo=UTC)
    assert polite(at, ZoneInfo("Asia/Shanghai"), must_act=False).minute == expected


@pytest.mark.parametrize(
    ("rule", "error"),
    [
        ("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30", NeverComes),
        ("FREQ=DAILY;BYMONTH=4;BYMONTHDAY=31;COUNT=3", NeverComes),
        ("FREQ=DAILY;UNTIL=20200101T000000", NeverComes),
        ("FREQ=DAILY;BYMINUTE=1,3", TooOften),
        ("FREQ=SECONDLY", NoSuchRule),
        ("每月一次", NoSuchRule),
        ("FREQ=DAILY\nFREQ=WEEKLY", NoSuchRule),
    ],
)
async def test_what_never_comes_or_comes_too_often_is_refused(world: World, rule: str, error: type[Exception]) -> None:
    with pytest.raises(error):
        await made(world.deps, rule=rule)
    async with world.deps.read() as session:
        assert (await session.execute(select(Reminder))).all() == []


async def test_a_yearly_day_is_found_in_the_countys_own_time(world: World) -> None:
    zone = world.deps.settings.zone
    first = checked("FREQ=YEARLY;BYMONTH=5;BYMONTHDAY=12", datetime(2026, 5, 12, 0, 20, tzinfo=zone), zone, NIGHT)
    assert first == datetime(2027, 5, 12, 0, 20, tzinfo=zone)


async def test_who_has_spoken_lately_is_not_tested(world: World) -> None:
    await world.say("li", "你好")
    await made(world.deps, topic=Topic.reachability, text="本月联络测试。")
    world.clock.turn((MORNING - world.clock.now()).total_seconds())
    await sweep_due(world.deps, Lately())
    await world.work()
    assert not any("联络测试" in text for text in await world.phone("li"))
    assert (await world.phone("wang"))[-1].startswith("本月联络测试。")
    world.clock.turn(timedelta(days=31).total_seconds())
    await made(world.deps, world.clock.now() + timedelta(minutes=1), topic=Topic.reachability, text="本月联络测试。")
    world.clock.turn(60)
    await sweep_due(world.deps, Lately())
    await world.work()
    assert any("联络测试" in text for text in await world.phone("li"))


async def test_what_was_ended_does_not_come(world: World) -> None:
    reminder = await made(world.deps, rule=DAILY)
    async with world.deps.begin() as session:
        assert await end(session, reminder, by="user:test", at=world.clock.now())
    world.clock.turn((MORNING - world.clock.now()).total_seconds())
    assert await sweep_due(world.deps, Lately()) == 0
    assert await states(world.deps) == {Moment.ended: 1}


async def test_every_ready_day_can_be_taken_from_the_form(world: World) -> None:
    async with desk(world, Role.officer) as officer:
        for preset in presets():
            page = await officer.look(f"/console/reminders?preset={preset.name}")
            assert preset.basis in page.text
            starts = preset.starts_at(world.clock.now(), world.deps.settings.zone)
            form = {
                "name": preset.name, "topic": preset.topic.value, "starts_at": f"{starts:%Y-%m-%dT%H:%M}",
                "every": "other", "rule": preset.rule, "roles": preset.roles, "kinds": preset.kinds, "area": "",
                "text": preset.text, "basis": preset.basis,
            }  # fmt: skip
            assert (await officer.press("/console/reminders", **form)).status == 303, preset.name
        listed = await officer.look("/console/reminders")
        assert "下一次：每月例会" in listed.text or "下一次：" in listed.text
    assert await states(world.deps) == {Moment.due: len(presets())}


async def test_a_town_makes_and_ends_its_own_alone(world: World) -> None:
    await made(world.deps, rule=DAILY)
    async with world.deps.read() as session:
        uid = (await session.execute(select(Reminder.uid))).scalar_one()
    form = {"name": "会", "topic": "meeting", "starts_at": "2026-08-01T09:07", "every": "", "roles": "网格员",
            "area": "", "text": "开会", "basis": "镇里定的"}  # fmt: skip
    async with desk(world, Role.officer, place="柳湾镇") as officer:
        assert (await officer.press("/console/reminders", **form)).status == 403
        assert (await officer.press(f"/console/reminders/{uid}/end")).status == 404
        wrong = await officer.press("/console/reminders", **{**form, "roles": "", "basis": ""})
        assert wrong.status == 422
        assert "人和群至少写一样" in wrong.text or "请写依据" in wrong.text
