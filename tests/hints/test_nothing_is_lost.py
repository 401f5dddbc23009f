"""Times that pass, another database, a stop, a change behind our back: nothing is lost, doubled, or said at night."""

import asyncio
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlmodel import col, select

from bot.commands.due.reports import hint_due
from bot.directory.tree import tree
from bot.record.sealing import seal_due
from bot.record.verify import verify
from bot.wiring import RECOMPUTED
from broadcasts.dispatch.states import Road
from handlers.chat.work import work_due
from handlers.hints.deciding.finish import close
from handlers.hints.figures import figures
from handlers.hints.handed import OpenHints
from handlers.hints.models import Hint, HintDue, HintVersion, State
from handlers.hints.reading.domains import proposed
from handlers.hints.states import OPEN, TRANSITIONS
from tests.hints.told import accepted, assigned, hints
from tests.servers import Postgres
from tests.world import World, small_world

BOTH = ["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)]
DAY = 24 * 60


async def given(world: World, *, severity: str = "grave") -> Hint:
    """One that Li has to mend."""
    await world.say("zhou", "隐患 柳湾村电线杆歪了")
    (hint,) = await hints(world)
    await accepted(world, hint, severity=severity)
    await assigned(world, hint, "li")
    return (await hints(world))[0]


async def tick(world: World) -> str:
    """The ticker looks; what li's phone shows last."""
    await hint_due(world.deps)
    await world.work()
    return (await world.phone("li"))[-1].splitlines()[0]


@pytest.mark.parametrize("kind", BOTH)
async def test_a_day_of_hints_on_either_database(kind: str, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    server: Postgres | None = request.getfixturevalue("postgres_server") if kind == "postgres" else None
    async with small_world(tmp_path, server.fresh() if server else "") as world:
        await world.say("li", "匿名举报 作坊电焊", work=False)
        await world.say("zhou", "隐患 柳湾村电线杆歪了", work=False)
        await asyncio.gather(work_due(world.deps), work_due(world.deps))  # two processes at once
        said = {hint.words: hint for hint in await hints(world)}
        one = said["柳湾村电线杆歪了"]
        assert {hint.number for hint in said.values()} == {"QY0712-H01", "QY0712-H02"}
        await accepted(world, one)
        await assigned(world, one, "li")
        await world.say("li", "办好了，换了")
        now = world.clock.now()
        async with world.deps.begin() as session:
            row = (await session.execute(select(Hint).where(col(Hint.id) == one.id))).scalar_one()
            settings, vault = world.deps.settings, world.deps.vault
            assert await close(session, settings, vault, row, by="user:officer", at=now)
        async with world.deps.read() as session:
            made = await figures(session, None, now - timedelta(days=1), now)
        assert (made.received, made.closed, made.mended, made.in_time, made.late) == (2, 1, 1, 1, 0)


async def test_the_last_day_and_the_days_after_it_are_said_in_the_morning(world: World) -> None:
    await given(world)  # on the 12th, for the 15th
    first = await tick(world)
    world.clock.turn((2 * DAY + 20 * 60) * 60)  # the 14th, in the evening
    assert await tick(world) == first
    world.clock.turn(11 * 3600)
    assert await tick(world) == "今天到期：整改 QY0712-H01"
    assert await tick(world) == "今天到期：整改 QY0712-H01"
    world.clock.turn(DAY * 60)
    assert await tick(world) == "已经超期：整改 QY0712-H01"
    count = len(await world.phone("li"))
    world.clock.turn(3 * DAY * 60)  # nobody looked for three days: said once
    assert await tick(world) == "已经超期：整改 QY0712-H01"
    assert len(await world.phone("li")) == count + 1
    for _ in range(20):
        world.clock.turn(DAY * 60)
        await tick(world)
    async with world.deps.read() as session:
        rows = (await session.execute(select(HintDue).order_by(col(HintDue.id)))).scalars().all()
    assert [row.reason for row in rows] == ["sent"] * 8  # a week of mornings, then the desk's list alone says it


async def test_nobody_is_told_at_night_and_not_of_what_is_mended(world: World) -> None:
    await given(world)
    world.clock.turn(4 * DAY * 60)  # 02:40 of the 16th: late, and night
    before = len(await world.phone("li"))
    await tick(world)
    assert len(await world.phone("li")) == before
    await world.say("li", "办好了，换了")
    world.clock.turn(8 * 3600)
    count = len(await world.phone("li"))
    await tick(world)
    assert len(await world.phone("li")) == count
    async with world.deps.read() as session:
        rows = (await session.execute(select(HintDue))).scalars().all()
    assert {row.reason for row in rows} == {"done"}


async def test_a_shift_leaves_to_the_next_what_is_late_and_what_waits(world: World) -> None:
    await given(world)
    await world.say("zhou", "隐患 上坪村井盖没了")
    at = world.clock.now() + timedelta(days=4)
    async with world.deps.read() as session:
        areas = await tree(session)
        lines = await OpenHints().lines(session, areas, areas.roots[0].id, at, world.deps.settings.zone)
        elsewhere = next(node.id for node in areas.nodes.values() if node.name == "石门乡")
        others = await OpenHints().lines(session, areas, elsewhere, at, world.deps.settings.zone)
    assert lines == [
        "QY0712-H01 柳湾镇柳湾村：超期没有整改，应在昨天下午5:30前，李秀英在办",
        "QY0712-H02 柳湾镇上坪村：待受理",
    ]
    assert others == []


async def test_a_version_that_was_changed_behind_our_back_is_found(world: World) -> None:
    await given(world)
    await world.say("li", "办好了，换了")
    await seal_due(world.deps)
    async with world.deps.read() as session:
        before = await verify(session, world.deps.vault, RECOMPUTED)
    async with world.deps.begin() as session:
        changed = sa.update(HintVersion).where(col(HintVersion.action) == "done")
        await session.execute(changed.values(comment="没有办"))
    async with world.deps.read() as session:
        after = await verify(session, world.deps.vault, RECOMPUTED)
    assert before.problems == []
    (problem,) = after.problems
    assert "hint.done" in problem


async def test_training_is_nobodys_work(world: World) -> None:
    await world.say("li", "隐患 电线杆歪了", road=Road.training)
    (hint,) = await hints(world)
    now = world.clock.now()
    async with world.deps.read() as session:
        areas = await tree(session)
        made = await figures(session, None, now - timedelta(days=1), now)
        lines = await OpenHints().lines(session, areas, areas.roots[0].id, now, world.deps.settings.zone)
    assert (hint.road, made.received, lines) == (Road.training, 0, [])


def test_every_state_leads_somewhere_or_is_an_end() -> None:
    assert set(TRANSITIONS) == set(State)
    assert {state for state, onward in TRANSITIONS.items() if onward} == OPEN


@pytest.mark.parametrize(
    ("words", "domain"),
    [
        ("三楼消防通道堆满杂物", "fire"),
        ("楼道里电动车充电", "fire"),
        ("工地脚手架松了", "safety"),
        ("村口电线杆歪了", "safety"),
        ("屋后边坡有裂缝", "nature"),
        ("水库坝脚渗水", "nature"),
        ("路边堆了好多东西", None),
    ],
)
def test_the_domain_is_proposed_from_the_words(words: str, domain: str | None) -> None:
    assert proposed(words)[0] == domain
