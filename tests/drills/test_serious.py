"""When it becomes serious a drill stands still at once, and a bare digit goes to what is real."""

from pathlib import Path

import sqlalchemy as sa
from sqlmodel import col, select

from broadcasts.alerts import queries
from broadcasts.alerts.listed import Standing, Wanted, listed, newest
from broadcasts.answers.models import Answer
from broadcasts.dispatch.models import Batch, Broadcast
from broadcasts.dispatch.states import Purpose, State
from broadcasts.dispatch.texts.marks import MARK
from broadcasts.hazards.grades import Grade
from drills.drills.models import InjectState, Stage
from drills.drills.plan import Line
from tests.both_ways import both_ways
from tests.drills.playing import drilled
from tests.world import World


async def test_a_warning_where_the_drill_is_stops_it_at_once(world: World) -> None:
    played = await drilled(world)
    await played.begin()
    await world.forward(minutes=10)
    before = len(await world.phone("li"))
    await world.issue(grade=Grade.orange, places=("柳湾镇",))
    drill = await played.now()
    assert (drill.state, drill.paused_for) == (Stage.paused, "橙色暴雨 柳湾镇")
    new = (await world.phone("li"))[before:]
    real = [one for one in new if MARK not in one]
    told = [one for one in new if MARK in one]
    assert len(real) == len(told) == 1
    assert told[0].startswith(f"{MARK}演练暂停：真的预警来了，橙色暴雨 柳湾镇\n")
    assert told[0].endswith(MARK)
    assert real[0].startswith("橙色暴雨 柳湾镇")
    await world.forward(minutes=15)
    assert [one.state for one in await played.lines()] == [InjectState.sent, InjectState.due]
    assert sum("演练暂停" in one for one in await world.phone("li")) == 1
    await played.do("resume")
    await world.forward(minutes=9.5)
    assert [one.state for one in await played.lines()][1] is InjectState.due
    await world.forward(minutes=1)
    assert [one.state for one in await played.lines()][1] is InjectState.sent
    assert (await played.now()).state is Stage.running  # the officer knew of that warning


async def test_a_warning_elsewhere_and_an_all_clear_stop_nothing(world: World) -> None:
    played = await drilled(world)
    await world.issue(places=("柳湾镇",), identifier="52992641600000_1")
    await played.begin()
    await world.issue("大风", "11B04", Grade.blue, places=("石门乡",), identifier="52992641600000_3")
    assert (await played.now()).state is Stage.running
    await world.issue(places=("柳湾镇",), refers="52992641600000_1", msg_type="Cancel", identifier="52992641600000_2")
    assert (await played.now()).state is Stage.running
    await world.issue("大风", "11B04", Grade.blue, places=("上坪村",), identifier="52992641600000_4")
    assert (await played.now()).state is Stage.paused


async def test_what_is_queued_is_let_go_and_comes_again_when_it_goes_on(world: World) -> None:
    """The platform is down while a line is sent: nothing of it has left when it becomes serious."""
    played = await drilled(world, lines=(Line(0, "请应答。"),), groups=())
    await world.fault(endpoint="app", kind="errcode", code=-1)
    await played.begin()
    await world.issue(places=("柳湾村",))
    async with world.deps.read() as session:
        mine = select(Batch).join(Broadcast, col(Broadcast.id) == col(Batch.broadcast_id)).where(
            col(Broadcast.drill), col(Broadcast.subject) == ""
        )  # fmt: skip
        batches = (await session.execute(mine)).scalars().all()
    assert {(b.state, b.reason) for b in batches} == {(State.skipped, "paused")}
    assert [one.state for one in await played.lines()] == [InjectState.due]


async def test_a_bare_digit_goes_to_what_is_real(tmp_path: Path) -> None:
    async with both_ways(tmp_path) as both:
        world = both.world
        played = await drilled(world, lines=(Line(0, "请应答。"), Line(1, "再应答。")))
        await world.issue(places=("柳湾镇",))
        await played.begin()
        await world.forward(minutes=1)
        assert await both.type("li", "1") == "收到了：1 收到（红色暴雨，柳湾村）。说错了回 0。"
        assert [one.purpose for one in await answered(world)] == [Purpose.first]
        said = await both.type("li", "1")  # the real one has its answer: now the drill's
        assert said.startswith(f"{MARK}收到了")
        assert said.endswith(MARK)
        await both.type("wang", "1 演练")
        assert [one.purpose for one in await answered(world)][-1] is Purpose.drill


async def answered(world: World) -> list[Broadcast]:
    """The broadcasts of all answers, in the order of the answers."""
    async with world.deps.read() as session:
        wanted = select(Broadcast).join(Answer, col(Answer.broadcast_id) == col(Broadcast.id))
        return list((await session.execute(wanted.order_by(col(Answer.id)))).scalars())


async def test_an_answer_after_the_pause_is_late_and_marked(tmp_path: Path) -> None:
    async with both_ways(tmp_path) as both:
        played = await drilled(both.world)
        await played.begin()
        await played.do("pause", why="主持人要换地方")
        assert "演练暂停：主持人要换地方" in (await both.world.phone("li"))[-1]
        assert "没有等您回的预警" in await both.type("li", "1")


async def test_a_real_alert_stays_alone_in_every_list(world: World) -> None:
    """A drill of the same hazard is no alert in force: no page, no handover, no verdict counts it."""
    await (await drilled(world)).begin()
    at = world.clock.now()
    async with world.deps.read() as session:
        assert await listed(session, Wanted(Standing.force), at, most=10) == []
        assert await newest(session) is None
    got = await world.issue(places=("石门乡",))
    real = got.taken[0].alert
    async with world.deps.read() as session:
        assert [a.id for a in await queries.same_in_force(session, real, at)] == [real.id]


async def test_who_needs_support_is_never_taken_to_play_while_anything_is_live(tmp_path: Path) -> None:
    async with both_ways(tmp_path) as both:
        played = await drilled(both.world)
        await both.world.issue(places=("柳湾镇",))
        await played.begin()
        await both.type("li", "1")
        assert "镇值班室正在给您打电话" in await both.type("li", "3")
        assert [one.purpose for one in await answered(both.world)] == [Purpose.first, Purpose.first]
        assert (await both.type("li", "3 演练")).startswith(MARK)


async def test_what_comes_back_to_the_queue_after_the_pause_is_let_go_too(world: World) -> None:
    played = await drilled(world, lines=(Line(0, "请应答。"),), groups=())
    await played.begin()
    await played.do("pause")
    mine = sa.select(col(Broadcast.id)).where(col(Broadcast.drill), col(Broadcast.subject) == "")
    back = sa.update(Batch).where(col(Batch.broadcast_id).in_(mine))
    async with world.deps.begin() as session:  # a worker that died had it in hand
        await session.execute(back.values(state=State.queued, settled_at=None))
    before = len(await world.phone("li"))
    await world.work()
    assert len(await world.phone("li")) == before
    async with world.deps.read() as session:
        reasons = await session.execute(select(Batch.reason).where(col(Batch.broadcast_id).in_(mine)))
        assert set(reasons.scalars()) == {"paused"}
