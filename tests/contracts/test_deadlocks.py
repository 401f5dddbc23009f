"""Counters are moved by several processes at once on PostgreSQL: nobody waits in a ring, and who does is no loss."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import asyncpg
import pytest

from broadcasts.dispatch.claims.contract import Claimed, Outcome
from broadcasts.dispatch.models import Broadcast
from broadcasts.dispatch.sending.reported import reported
from broadcasts.dispatch.states import Road, State
from broadcasts.dispatch.tallies import finish_late, skip
from tests.contracts.queues import LEAST, NOW, Queue
from tests.deadline import becomes

pytestmark = [pytest.mark.postgres, pytest.mark.parametrize("queue", ["postgres"], indirect=True)]
HOLD = "UPDATE tally SET copies = copies WHERE broadcast_id = $1 AND state = $2"


@pytest.fixture
async def other(queue: Queue) -> AsyncIterator[Any]:
    """Another process's connection, with a transaction open."""
    connection = await asyncpg.connect(queue.deps.settings.database)
    await connection.execute("BEGIN")
    yield connection
    await connection.close()


async def sent(queue: Queue) -> tuple[str, Claimed, Claimed]:
    """Two batches in hand, of which a third has been sent already, and another has failed."""
    broadcast = await queue.issue(4)
    one, two, three, four = await queue.claims.take(NOW, 10, LEAST)
    done = Outcome(three, State.sent, message_id="msg-3")
    await queue.claims.settle([done, Outcome(four, State.failed, "content")], NOW)
    return broadcast, one, two


async def waits(queue: Queue) -> bool:
    """Whether somebody waits for a lock in this database."""
    watching = await asyncpg.connect(queue.deps.settings.database)
    asked = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
    found = await watching.fetchval(asked)
    await watching.close()
    return bool(found)


async def test_what_is_reported_locks_counters_in_the_order_in_which_they_are_settled(queue: Queue, other: Any) -> None:
    broadcast, *_ = await sent(queue)
    await other.execute(HOLD, broadcast, "failed")  # a settling's first

    async def report() -> bool:
        async with queue.deps.begin() as session:
            return await reported(session, Road.live, "wecom_robot", "msg-3", State.failed, at=NOW, reason="platform")

    reporting = asyncio.create_task(report())
    await becomes(lambda: waits(queue))
    await asyncio.wait_for(other.execute(HOLD, broadcast, "sent"), 10)  # and its last: nobody holds it
    await other.execute("COMMIT")
    assert await reporting
    assert await queue.counts(broadcast) == {"targets": 4, "sending": 2, "failed": 2}


async def test_a_settling_that_was_undone_for_anothers_sake_is_done_anew(queue: Queue, other: Any) -> None:
    broadcast, one, two = await sent(queue)
    await other.execute(HOLD, broadcast, "sent")  # the wrong way round
    outcomes = [Outcome(one, State.sent), Outcome(two, State.failed, "content")]
    settling = asyncio.create_task(queue.claims.settle(outcomes, NOW))
    await becomes(lambda: waits(queue))
    await asyncio.wait_for(other.execute(HOLD, broadcast, "failed"), 20)  # the settling waited first, and gives way
    await other.execute("COMMIT")
    await asyncio.wait_for(settling, 20)
    assert await queue.counts(broadcast) == {"targets": 4, "sent": 2, "failed": 2}


async def test_a_broadcast_that_two_emptied_at_the_same_moment_is_ended_afterwards(queue: Queue) -> None:
    broadcast = await queue.issue(1, members=1)
    robot, app = await queue.claims.take(NOW, 10, LEAST)
    await queue.claims.settle([Outcome(app, State.queued, "", NOW, tried=False)], NOW)
    async with queue.deps.begin() as session:
        await skip(session, {(broadcast, "wecom_app", 2): 1}, NOW)
        await queue.claims.settle([Outcome(robot, State.sent)], NOW)

    waits, later = await queue.issue(1), NOW + timedelta(minutes=2)
    async with queue.deps.read() as session:
        assert (await session.get_one(Broadcast, broadcast)).finished_at is None  # each saw the other's copy
    async with queue.deps.begin() as session:
        await finish_late(session, later)
        assert (await session.get_one(Broadcast, broadcast)).finished_at == later
        assert (await session.get_one(Broadcast, waits)).finished_at is None
