"""Two officers press at one moment on a database that takes several writers: one decides, the other is told so."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from datetime import timedelta
from pathlib import Path
from typing import TypeVar

import pytest
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from bot.record.models import Entry
from broadcasts.alerts.models import Alert, Status
from broadcasts.dispatch.models import Broadcast
from broadcasts.dispatch.states import Purpose
from broadcasts.hazards.grades import Grade
from broadcasts.release.decide import acknowledge, refuse, release
from broadcasts.release.endings import end_due
from broadcasts.release.holds import open_hold, open_holds
from broadcasts.release.models import Hold
from broadcasts.release.verdict import Reason
from handlers.chat.conversations import desk
from handlers.chat.conversations.models import Conversation
from tests.servers import Postgres
from tests.world import World, small_world

pytestmark = pytest.mark.postgres
TIMES = 4
T = TypeVar("T")
Act = Callable[[AsyncSession, T], Awaitable[bool]]


@pytest.fixture
async def many(tmp_path: Path, postgres_server: Postgres) -> AsyncIterator[World]:
    async with small_world(tmp_path, postgres_server.fresh()) as made:
        yield made


async def at_once(world: World, row: type[T], acts: Sequence[Act[T]]) -> list[bool]:
    """Each act in a transaction of its own; all have read the newest row before any of them acts."""
    read = asyncio.Barrier(len(acts))

    async def one(act: Act[T]) -> bool:
        async with world.deps.begin() as session:
            found = (await session.execute(select(row).order_by(row.id.desc()).limit(1))).scalar_one()  # type: ignore[attr-defined]
            alert = getattr(found, "alert_id", None)
            if alert is not None:
                await session.get(Alert, alert)
            await read.wait()
            return await act(session, found)

    return await asyncio.wait_for(asyncio.gather(*(one(act) for act in acts)), 30)


def releases(world: World, by: str) -> Act[Hold]:
    return lambda session, hold: release(session, world.deps.settings, hold, by=by, at=world.clock.now())


def refuses(world: World, by: str) -> Act[Hold]:
    return lambda session, hold: refuse(session, hold, by=by, word="已经过去", at=world.clock.now())


async def stale(world: World, number: int, **more: object) -> Alert:
    """A red warning that came late waits."""
    sent = world.clock.now() - timedelta(hours=3)
    got = await world.issue(sent=sent, identifier=f"x{number}", **{"hours": 6, **more})  # type: ignore[arg-type]
    return got.taken[0].alert


async def kept(world: World, alert: Alert) -> tuple[Status, int]:
    """How it stands, and how often it was sent."""
    async with world.deps.read() as session:
        now = await session.get_one(Alert, alert.id)
        sent = select(Broadcast.id).where(col(Broadcast.alert_id) == alert.id, col(Broadcast.purpose) == Purpose.first)
        return now.status, len((await session.execute(sent)).all())


async def decisions(world: World) -> list[str]:
    async with world.deps.read() as session:
        wanted = select(Entry.action).where(col(Entry.action).in_(["hold.released", "hold.refused", "hold.seen"]))
        return sorted((await session.execute(wanted)).scalars())


async def test_of_two_who_release_one_does_and_it_goes_out_once(many: World) -> None:
    for number in range(TIMES):
        alert = await stale(many, number)
        done = await at_once(many, Hold, [releases(many, "user:officer"), releases(many, "user:second")])
        assert sorted(done) == [False, True]
        assert await kept(many, alert) == (Status.issued, 1)
    assert await decisions(many) == ["hold.released"] * TIMES
    await many.work()
    assert len([text for text in await many.group("柳湾村群") if "红色暴雨" in text]) == TIMES


async def test_of_a_release_and_a_refusal_one_stands(many: World) -> None:
    for number in range(TIMES):
        alert = await stale(many, number)
        done = await at_once(many, Hold, [releases(many, "user:officer"), refuses(many, "user:second")])
        assert sorted(done) == [False, True]
        assert await kept(many, alert) == ((Status.issued, 1) if done[0] else (Status.stored, 0))
    assert len(await decisions(many)) == TIMES


async def test_of_two_who_refuse_one_does(many: World) -> None:
    alert = await stale(many, 0)
    assert sorted(await at_once(many, Hold, [refuses(many, "user:a"), refuses(many, "user:b")])) == [False, True]
    assert await kept(many, alert) == (Status.stored, 0)


async def test_a_release_and_the_end_of_an_alert_do_not_wait_for_each_other(many: World) -> None:
    for number in range(TIMES):
        alert = await stale(many, number, hours=1)
        many.clock.turn(2 * 3600)

        async def ends(_session: AsyncSession, _hold: Hold) -> bool:
            return await end_due(many.deps, many.clock.now()) == 1

        done = await at_once(many, Hold, [releases(many, "user:officer"), ends])
        assert done[1], number
        assert (await kept(many, alert))[0] is Status.ended


async def test_two_alerts_of_one_thread_are_released_at_once(many: World) -> None:
    """Each ends the other, or is ended by it; nobody waits in a ring."""
    first = await stale(many, 0)
    second = await stale(many, 1, refers="x0", msg_type="Update", grade=Grade.orange)
    async with many.deps.read() as session:
        holds = {hold.alert_id: hold.id for hold in await open_holds(session)}
    assert {first.id, second.id} <= set(holds)
    read = asyncio.Barrier(2)

    async def one(alert: Alert) -> bool:
        async with many.deps.begin() as session:
            hold = await session.get_one(Hold, holds[alert.id])
            await read.wait()
            return await releases(many, "user:officer")(session, hold)

    done = await asyncio.wait_for(asyncio.gather(one(first), one(second)), 30)
    assert any(done)
    stands = [(await kept(many, alert))[0] for alert in (first, second)]
    assert stands.count(Status.issued) == 1


async def test_who_says_first_that_it_was_seen(many: World) -> None:
    async with many.deps.begin() as session:
        await open_hold(session, Reason.broken, about="x", said="", by="test", at=many.clock.now())

    def sees(by: str) -> Act[Hold]:
        return lambda session, hold: acknowledge(session, hold, by=by, at=many.clock.now())

    assert sorted(await at_once(many, Hold, [sees("user:a"), sees("user:b")])) == [False, True]
    assert await decisions(many) == ["hold.seen"]


async def test_of_two_who_take_a_conversation_one_does(many: World) -> None:
    await many.say("li", "今晚去哪里领沙袋")

    def takes(by: str) -> Act[Conversation]:
        async def take(session: AsyncSession, talk: Conversation) -> bool:
            try:
                await desk.take(session, talk, by=by, at=many.clock.now())
            except desk.TakenByOther:
                return False
            return True

        return take

    done = await at_once(many, Conversation, [takes("user:a"), takes("user:b")])
    assert sorted(done) == [False, True]
    async with many.deps.read() as session:
        talk = (await session.execute(select(Conversation))).scalar_one()
        entries = select(Entry.actor).where(col(Entry.action) == "conversation.taken")
        assert [talk.taken_by] == list((await session.execute(entries)).scalars())


async def test_who_gives_back_does_not_take_it_from_who_has_taken_it_since(many: World) -> None:
    await many.say("li", "今晚去哪里领沙袋")
    at = many.clock.now()
    async with many.deps.begin() as session:
        await desk.take(session, (await session.execute(select(Conversation))).scalar_one(), by="user:a", at=at)
    async with many.deps.begin() as slow:
        seen = (await slow.execute(select(Conversation))).scalar_one()
        async with many.deps.begin() as session:
            talk = (await session.execute(select(Conversation))).scalar_one()
            await desk.give_back(session, talk, by="user:b", at=at)
            await desk.take(session, talk, by="user:b", at=at)
        await desk.give_back(slow, seen, by="user:c", at=at)
    async with many.deps.read() as session:
        assert (await session.execute(select(Conversation))).scalar_one().taken_by == "user:b"
