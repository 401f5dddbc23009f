"""Several processes work on the same words: each word once, each sender's in order; and a word that is woken for."""

import asyncio
import time
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from aiohttp.test_utils import TestServer
from sqlmodel import col, select

from bot.app import create_app
from bot.deps import open_deps
from broadcasts.answers.models import Answer
from broadcasts.dispatch.models import Batch, Broadcast, EarlyReport, Tally
from broadcasts.dispatch.sending.reported import bring_due, reported
from broadcasts.dispatch.states import Purpose, Road, State
from handlers.chat.conversations.models import Conversation, Utterance
from handlers.chat.wake import WAKE
from handlers.chat.work import work_due
from handlers.wechat.models import Inbound, Work
from tests.servers import Postgres
from tests.world import World, small_world

PEOPLE = ("li", "wang", "zhou", "chen")
WORDS = ("1", "2", "0", "3", "到了")
ANSWERS = ["收到了：1 收到", "收到了：2 去不", "已撤销：2 去不", "收到了：3 需要", "收到了：已到岗（"]


async def everything_once(world: World) -> None:
    """Two processes work at once on what four people said."""
    await world.issue()
    for text in WORDS:
        for userid in PEOPLE:
            await world.say(userid, text, work=False)
    async with open_deps(world.deps.settings, world.clock) as other:
        done = await asyncio.gather(*(work_due(deps) for deps in (world.deps, other, world.deps, other)))
    assert sum(done) == len(WORDS) * len(PEOPLE)
    async with world.deps.read() as session:
        states = (await session.execute(sa.select(col(Inbound.state)).distinct())).scalars().all()
        answers = (await session.execute(select(Answer))).scalars().all()
        for userid in PEOPLE:
            told = (
                sa.select(col(Utterance.text))
                .join(Conversation, col(Conversation.id) == col(Utterance.conversation_id))
                .where(col(Conversation.address) == userid)
                .order_by(col(Utterance.id))
            )
            assert [text[:8] for text in (await session.execute(told)).scalars()] == ANSWERS
    assert states == [Work.done]
    assert len(answers) == 4 * len(PEOPLE)


async def test_two_processes_work_on_each_word_once(world: World) -> None:
    await everything_once(world)


@pytest.mark.postgres
async def test_two_processes_work_on_each_word_once_on_postgresql(tmp_path: Path, postgres_server: Postgres) -> None:
    async with small_world(tmp_path, postgres_server.fresh()) as world:
        await everything_once(world)
        await world.say("li", "有人被困")
        await world.work()
        assert (await world.phone("li"))[-1].startswith("请立即拨打 119/110/120")


async def test_a_word_is_answered_within_a_second_of_the_callback(world: World) -> None:
    """The web process is woken; the clock stands still, so that nothing but the wake can be the cause."""
    await world.issue()
    app = create_app(world.deps)
    async with TestServer(app):
        await asyncio.sleep(0.1)
        inbound_id = await world.say("li", "1", work=False)
        began = time.monotonic()
        app[WAKE].say()
        while time.monotonic() - began < 5:
            await world.work()
            if (await world.phone("li"))[-1].startswith("收到了：1 收到"):
                break
            await asyncio.sleep(0.02)
        took = time.monotonic() - began
    async with world.deps.read() as session:
        word = await session.get(Inbound, inbound_id)
    assert word is not None
    assert word.state is Work.done
    assert took < 1.0


async def test_what_the_platform_reports_moves_the_copy_and_its_count_once(world: World) -> None:
    await world.say("li", "菜单")
    async with world.deps.begin() as session:
        wanted = select(Broadcast).where(col(Broadcast.purpose) == Purpose.reply)
        (reply,) = (await session.execute(wanted)).scalars()
        await session.execute(
            sa.text("UPDATE batch SET message_id = 'm1', channel = 'oa_template' WHERE broadcast_id = :id"),
            {"id": reply.id},
        )
        await session.execute(
            sa.text("UPDATE tally SET channel = 'oa_template' WHERE broadcast_id = :id"), {"id": reply.id}
        )
    status: dict[str, Any] = {"MsgID": "m1", "Status": "failed:user block"}
    for _ in range(2):
        await world.say("oReader", kind="event", event="TEMPLATESENDJOBFINISH", platform="oa", **status)
    async with world.deps.begin() as session:
        assert not await reported(session, Road.live, "oa_template", "m1", State.delivered, at=world.clock.now())
        assert not await reported(session, Road.live, "oa_template", "", State.delivered, at=world.clock.now())
        tallies = (await session.execute(select(Tally).where(col(Tally.broadcast_id) == reply.id))).scalars()
        counts = {tally.state: tally.copies for tally in tallies if tally.copies}
    assert counts == {State.failed: 1}


async def test_what_the_platform_reports_before_its_answer_is_written_down_is_taken_up(world: World) -> None:
    await world.say("li", "菜单")
    async with world.deps.begin() as session:
        wanted = select(Broadcast).where(col(Broadcast.purpose) == Purpose.reply)
        (reply,) = (await session.execute(wanted)).scalars()
        for table in ("batch", "tally"):
            await session.execute(
                sa.text(f"UPDATE {table} SET channel = 'oa_template' WHERE broadcast_id = :id"),  # noqa: S608
                {"id": reply.id},
            )
        for number in ("m1", "another system's"):
            assert not await reported(session, Road.live, "oa_template", number, State.delivered, at=world.clock.now())
    assert await bring_due(world.deps, world.clock.now()) == 0
    async with world.deps.begin() as session:
        await session.execute(sa.text("UPDATE batch SET message_id = 'm1' WHERE broadcast_id = :id"), {"id": reply.id})
    assert await bring_due(world.deps, world.clock.now()) == 1
    assert await bring_due(world.deps, world.clock.now()) == 0
    async with world.deps.read() as session:
        state = await session.scalar(select(Batch.state).where(col(Batch.broadcast_id) == reply.id))
        waiting = (await session.scalars(select(EarlyReport.message_id))).all()
    assert (state, waiting) == (State.delivered, ["another system's"])
    world.clock.turn(601)
    await bring_due(world.deps, world.clock.now())
    async with world.deps.read() as session:
        assert (await session.scalars(select(EarlyReport.message_id))).all() == []
