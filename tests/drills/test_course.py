"""A drill from its first line to its end: it runs like a warning, to those who were named and to nobody else."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from bot.access.models import Role
from bot.deps import Deps
from bot.directory.models import Address
from bot.errors import SignalTreeError
from bot.record.models import Entry
from broadcasts.alerts.models import Alert, Kind
from broadcasts.audience.places import Hit
from broadcasts.dispatch.drilled import issue_drill
from broadcasts.dispatch.issue import issue
from broadcasts.dispatch.models import Batch, Broadcast, Delivery
from broadcasts.dispatch.states import Road
from broadcasts.dispatch.texts.marks import MARK, Denial, Mismarked
from broadcasts.release.models import Hold
from drills.drills import checks, run
from drills.drills.models import InjectState, Stage
from drills.drills.plan import Line, NoTrainingRoad
from drills.drills.queries import of_uid
from drills.drills.states import NotNow, Overtaken, move
from drills.drills.sweep import sweep_drills
from tests.both_ways import both_ways
from tests.console_rooms.desk import desk
from tests.drills.playing import drilled
from tests.duty.desk import shift
from tests.world import World


async def test_a_drill_runs_like_a_warning_to_the_named_only(world: World) -> None:
    played = await drilled(world)
    await played.begin()
    (first,) = await world.phone("li")
    assert first.startswith(f"{MARK}红色暴雨 柳湾镇\n柳湾镇人民政府 今天凌晨2:40发布\n\n柳湾村上游")
    assert first.endswith(MARK)
    assert [len(await world.phone(who)) for who in ("wang", "zhou", "chen", "liu", "sun")] == [1, 1, 0, 0, 0]
    (said,) = await world.group("柳湾村群")
    assert said.startswith(MARK)
    assert said.endswith(MARK)
    assert await world.group("上坪村群") == []
    assert await world.group("青崖县值班群") == []
    await world.say("li", "1")
    await world.forward(minutes=19.5)
    assert [inject.state for inject in await played.lines()] == [InjectState.sent, InjectState.due]
    await world.forward(minutes=1)
    assert [inject.state for inject in await played.lines()] == [InjectState.sent, InjectState.sent]
    await played.do("end")
    assert (await played.now()).state is Stage.ended
    assert "演练结束" in (await world.phone("li"))[-1]


async def test_the_silent_are_told_again_but_no_desk_is_rung_and_nobody_else_hears(tmp_path: Path) -> None:
    async with both_ways(tmp_path) as both:
        world = both.world
        played = await drilled(world, people=("li", "zhou"))
        await played.begin()
        await world.forward(minutes=4)
        assert await world.phone("wang") == []  # the B of 柳湾村, whose A is silent, was not named
        assert await both.type("li", "1") == f"{MARK}收到了：1 收到（{MARK}红色暴雨，柳湾村）。说错了回 0。\n{MARK}"
        await world.forward(minutes=6)
        assert await world.phone("wang") == []
        again = await world.phone("zhou")
        assert len(again) > 1
        assert all(one.startswith(MARK) and one.endswith(MARK) for one in again)
        assert "第 2 次" in again[1]
        assert await world.phone("liu") == []
        help_ = await both.type("zhou", "3")
        assert "这是演练，只记下来，没有人打电话来。真的要帮忙，请打 000-0001。" in help_
        await both.type("li", "2")
        await world.forward(minutes=4)
        assert await world.phone("liu") == []
        async with world.deps.read() as session:
            assert (await session.execute(select(Hold))).first() is None


async def test_without_the_second_call_each_is_told_once(world: World) -> None:
    played = await drilled(world, again=False)
    await played.begin()
    await world.forward(minutes=15)
    assert len(await world.phone("zhou")) == 1


async def test_a_line_may_go_to_one_role_and_ask_nothing(world: World) -> None:
    played = await drilled(
        world, lines=(Line(0, "请网格员清点人数。", "网格员", asks=False), Line(1, "群里请转告。", "村群"))
    )
    await played.begin()
    assert [len(await world.phone(who)) for who in ("li", "zhou")] == [0, 1]
    async with world.deps.read() as session:
        assert not any((await session.execute(select(Delivery.asked))).scalars())
    await world.forward(minutes=1)
    assert len(await world.group("柳湾村群")) == 1


@pytest.mark.parametrize(
    ("how", "error"),
    [
        ({"people": (), "groups": ()}, checks.NobodyNamed),
        ({"lines": ()}, checks.NoScript),
        ({"lines": (Line(0, "请应答。", "护林员"),)}, checks.ForNobody),
    ],
)
async def test_what_is_not_whole_is_not_announced(
    world: World, how: dict[str, object], error: type[SignalTreeError]
) -> None:
    played = await drilled(world, **how)  # type: ignore[arg-type]
    with pytest.raises(error):
        await played.announce()
    assert (await played.now()).state is Stage.draft


async def test_nothing_begins_in_the_past_or_with_people_who_have_left(world: World) -> None:
    late = await drilled(world, starts_at=world.clock.now())
    with pytest.raises(checks.InThePast):
        await late.announce()
    played = await drilled(world)
    await played.announce()
    async with world.deps.begin() as session:
        gone = sa.update(Address).where(col(Address.value) == "zhou")
        await session.execute(gone.values(gone_at=world.clock.now()))
    with pytest.raises(checks.HaveLeft, match="周秀兰"):
        await played.do("start")
    stale = await drilled(world, people=("li",))
    await stale.announce()
    world.clock.turn(21 * 3600)
    with pytest.raises(checks.InThePast):
        await stale.do("start")


async def test_a_quarter_of_an_hour_around_a_handover_asks_once_more(world: World) -> None:
    await shift(world, "liu", starts=timedelta(hours=8, minutes=14))
    played = await drilled(world)
    with pytest.raises(checks.NearHandover, match="县值班室"):
        await played.announce()
    await played.announce(sure=True)
    assert (await played.now()).state is Stage.planned
    await shift(world, "chen", starts=timedelta(minutes=10))
    with pytest.raises(checks.NearHandover):
        await played.do("start")


@pytest.mark.parametrize(("minutes", "near"), [(-16, False), (-15, True), (0, True), (15, True), (16, False)])
async def test_near_is_a_quarter_of_an_hour_before_and_after(world: World, minutes: int, near: bool) -> None:
    """Neither the one who writes it nor the one who approves it can do without the word that they know."""
    await shift(world, "liu", starts=timedelta(hours=8, minutes=minutes))
    played = await drilled(world)
    if not near:
        await played.do("hand_in")
        await played.approve(sure=False)
        return
    with pytest.raises(checks.NearHandover):
        await played.do("hand_in")
    async with desk(world, Role.officer) as officer:
        page = await officer.look(f"/console/drills/{played.uid}")
        assert "离值班交接不到 15 分钟" in page.text
        assert (await officer.press(f"/console/drills/{played.uid}", do="hand_in")).status == 422
        assert (await officer.press(f"/console/drills/{played.uid}", do="hand_in", sure="1")).status == 303


async def test_the_handover_of_another_town_is_not_near(world: World) -> None:
    await shift(world, "chen", at=("石门乡", "乡值班室"), starts=timedelta(hours=8))
    played = await drilled(world)
    await played.do("hand_in")
    assert (await played.now()).state is Stage.waiting


async def test_words_that_deny_the_drill_are_refused(world: World) -> None:
    for said in ("这不是演习！", "大家注意，这 不 是 演 练"):
        with pytest.raises(Denial):
            await drilled(world, lines=(Line(0, said),))


async def test_there_is_no_training_road_where_none_is_set_up(world: World) -> None:
    with pytest.raises(NoTrainingRoad):
        await drilled(world, road=Road.training)


async def test_on_the_training_road_no_real_phone_hears_anything(tmp_path: Path) -> None:
    async with both_ways(tmp_path, training_api_base="http://127.0.0.1:9") as both:
        played = await drilled(both.world, road=Road.training)
        await played.begin()
        async with both.world.deps.read() as session:
            assert set((await session.execute(select(Batch.road))).scalars()) == {Road.training}
        assert await both.world.phone("li") == []


async def test_a_step_that_does_not_follow_is_refused(world: World) -> None:
    played = await drilled(world)
    for step in ("start", "pause", "resume", "end"):
        with pytest.raises((NotNow, SignalTreeError)):
            await played.do(step)
    await played.begin()
    with pytest.raises(NotNow):
        await played.do("withdraw")


async def test_of_two_hands_one_is_first(world: World) -> None:
    played = await drilled(world)
    await played.announce()
    mine = await played.now()
    await played.do("start")
    async with world.deps.begin() as session:
        with pytest.raises(Overtaken):
            await move(session, mine, Stage.running)


async def test_a_stop_in_the_middle_of_a_line_neither_loses_nor_repeats_it(world: World) -> None:
    """The sweep is cut off before its transaction ends, and comes again."""
    played = await drilled(world, lines=(Line(0, "请应答。"),))
    await played.announce()
    async with world.deps.begin() as session:
        drill = await of_uid(session, played.uid, change=True)
        assert drill is not None
        await run.start(session, world.deps.settings, drill, by="user:liu", at=world.clock.now())
    with pytest.raises(asyncio.CancelledError):
        await cut_off(world)
    assert [one.state for one in await played.lines()] == [InjectState.due]
    for _ in range(3):
        await world.work()
    assert len(await world.phone("li")) == 1
    async with world.deps.read() as session:
        assert len((await session.execute(select(Broadcast).where(col(Broadcast.drill)))).all()) == 1


class CutOff:
    """Deps of a process that is stopped at the end of its first transaction."""

    def __init__(self, deps: Deps) -> None:
        self.settings, self.read, self._deps = deps.settings, deps.read, deps

    @asynccontextmanager
    async def begin(self) -> AsyncIterator[AsyncSession]:
        async with self._deps.begin() as session:
            yield session
            raise asyncio.CancelledError


async def cut_off(world: World) -> None:
    await sweep_drills(CutOff(world.deps), world.clock.now())  # type: ignore[arg-type]


async def test_after_an_outage_the_lines_keep_their_distance(world: World) -> None:
    played = await drilled(world, lines=(Line(5, "第一件。"), Line(10, "第二件。"), Line(12, "第三件。")))
    await played.begin()
    world.clock.turn(14 * 60)
    await world.work()
    assert [one.state.value for one in await played.lines()] == ["sent", "due", "due"]
    await world.forward(minutes=4.5)
    assert [one.state.value for one in await played.lines()] == ["sent", "due", "due"]
    await world.forward(minutes=1)
    assert [one.state.value for one in await played.lines()] == ["sent", "sent", "due"]


async def test_a_drill_and_a_warning_cannot_meet(world: World) -> None:
    """Kind and road are frozen at birth; neither goes the other's way."""
    await (await drilled(world)).begin()
    await world.issue()
    at, settings = world.clock.now(), world.deps.settings
    async with world.deps.begin() as session:
        rows = (await session.execute(select(Alert).order_by(col(Alert.id)))).scalars().all()
        drill, real = (next(a for a in rows if (a.kind is Kind.drill) is wanted) for wanted in (True, False))
        with pytest.raises(Mismarked):
            await issue(session, settings, drill, Hit(), by="test", at=at)
        with pytest.raises(Mismarked):
            await issue(session, settings, real, Hit(), by="test", at=at, replaces=[drill])
        with pytest.raises(Mismarked):
            await issue_drill(session, settings, real, [], road=Road.live, again=False, by="test", at=at)


async def test_the_record_names_no_person(world: World) -> None:
    await (await drilled(world)).begin()
    async with world.deps.read() as session:
        entries = (await session.execute(select(Entry).where(col(Entry.action).startswith("drill.")))).scalars().all()
    assert {"drill.made", "drill.script", "drill.planned", "drill.started", "drill.inject"} <= {
        e.action for e in entries
    }
    assert not any("秀英" in str(e.detail) for e in entries)
