"""A clean stop repeats nothing and loses nothing, whatever was under way, on SQLite and on PostgreSQL."""

import asyncio
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, cast

import pytest
import sqlalchemy as sa
from sqlmodel import col

from bot.channels.contract import NEVER_LEFT, Channel, Parcel, Receipt
from bot.clock import SystemClock
from bot.coordination.contract import Limit, Quota
from bot.coordination.open import open_coordination
from broadcasts.dispatch.claims.contract import Claimed, Claims, Outcome
from broadcasts.dispatch.claims.open import open_claims
from broadcasts.dispatch.models import Batch
from broadcasts.dispatch.sending.pace import Pace
from broadcasts.dispatch.sending.sender import Sender
from broadcasts.dispatch.states import Mode, State
from tests.contracts.queues import Queue
from tests.deadline import becomes, turns

CLOCK = SystemClock()


@dataclass
class Platform:
    """A channel that answers when it is told to; until then its calls hang."""

    repeatable: bool = False
    name: str = "wecom_robot"
    probe: Parcel | None = None
    limits: tuple[Limit, ...] = ()
    quotas: tuple[Quota, ...] = ()
    connects: bool = True
    took: list[Parcel] = field(default_factory=list)
    answers: asyncio.Event = field(default_factory=asyncio.Event)

    async def send(self, parcel: Parcel) -> Receipt:
        self.took.append(parcel)
        try:
            await self.answers.wait()
        except asyncio.CancelledError as error:
            error.args = () if self.connects else NEVER_LEFT
            raise
        return Receipt()


class Slow:
    """Claims on a database that takes its time: what was asked for is done only when it is let through."""

    def __init__(self, claims: Claims) -> None:
        self._claims = claims
        self.taking, self.settling, self.through = asyncio.Event(), asyncio.Event(), asyncio.Event()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._claims, name)

    async def take(self, at: datetime, most: int, rank: int) -> list[Claimed]:
        claimed = await self._claims.take(at, most, rank)
        if claimed:
            self.taking.set()
            await self.through.wait()
        return claimed

    async def settle(self, outcomes: Sequence[Outcome], at: datetime) -> None:
        self.settling.set()
        await self.through.wait()
        await self._claims.settle(outcomes, at)


class Shift:
    """A sender at work on a queue."""

    def __init__(self, queue: Queue, platform: Platform, claims: Claims | None = None, **pace: Any) -> None:
        self._coordination = open_coordination(queue.deps.settings, CLOCK)
        channels: dict[tuple[str, str], Channel] = {("live", "wecom_robot"): platform}
        made = Pace(**{"open": 2, "claim": 3, **pace})
        claims = claims or queue.claims
        self._sender = Sender(claims, channels, self._coordination, CLOCK, queue.deps.vault, made)
        self._stop = asyncio.Event()
        self._running = asyncio.create_task(self._sender.run(self._stop))

    def stop(self) -> None:
        self._stop.set()

    async def ended(self) -> None:
        async with asyncio.timeout(10):
            await self._running
        await self._coordination.close()


async def batches(queue: Queue) -> list[tuple[State, str, int]]:
    """(state, reason, attempts), in the order of the queue."""
    async with queue.deps.read() as session:
        columns = (col(Batch.state), col(Batch.reason), col(Batch.attempts))
        rows = await session.execute(sa.select(*columns).order_by(col(Batch.id)))
        return [(state, reason, attempts) for state, reason, attempts in rows]


async def states(queue: Queue, *wanted: State) -> bool:
    return [state for state, _, _ in await batches(queue)] == list(wanted)


async def open_calls(platform: Platform, number: int) -> bool:
    return len(platform.took) == number


async def test_a_settling_that_runs_is_finished_and_nothing_leaves_twice(queue: Queue) -> None:
    await queue.issue(2, due=CLOCK.now())
    platform, slow = Platform(), Slow(queue.claims)
    platform.answers.set()
    shift = Shift(queue, platform, cast("Claims", slow))
    await asyncio.wait_for(slow.taking.wait(), 10)
    slow.through.set()
    await becomes(lambda: open_calls(platform, 2))
    slow.through.clear()
    await asyncio.wait_for(slow.settling.wait(), 10)
    shift.stop()
    await turns()
    slow.through.set()
    await shift.ended()
    second = open_claims(queue.deps.settings, "worker-0")
    assert await second.start(CLOCK.now()) == 0  # nothing was left in hand
    again = Shift(queue, platform, second)
    await becomes(lambda: open_calls(platform, 4))
    again.stop()
    await again.ended()
    await second.close()
    assert set(Counter((p.robot_key, p.text) for p in platform.took).values()) == {1}  # two robots, two parts each
    assert [state for state, _, _ in await batches(queue)] == [State.sent, State.sent]


async def test_a_claim_that_runs_is_handed_back(queue: Queue) -> None:
    await queue.issue(3, due=CLOCK.now())
    platform, slow = Platform(), Slow(queue.claims)
    shift = Shift(queue, platform, cast("Claims", slow))
    await asyncio.wait_for(slow.taking.wait(), 10)
    shift.stop()
    await turns()
    slow.through.set()
    await shift.ended()
    assert platform.took == []
    assert await batches(queue) == [(State.queued, "", 0)] * 3


async def test_what_was_not_begun_is_handed_back_before_open_calls_are_waited_for(queue: Queue) -> None:
    await queue.issue(3, due=CLOCK.now())
    platform = Platform()
    shift = Shift(queue, platform)
    await becomes(lambda: open_calls(platform, 2))
    shift.stop()
    await becomes(lambda: states(queue, State.sending, State.sending, State.queued))
    platform.answers.set()
    await shift.ended()
    assert [attempts for _, _, attempts in await batches(queue)] == [1, 1, 0]
    assert len(platform.took) == 2


@pytest.mark.parametrize(
    ("like", "mode", "left"),
    [
        ({}, Mode.wake, (State.queued, "timeout", 1)),  # once more, as the rule says
        ({}, Mode.quiet, (State.unknown, "timeout", 1)),
        ({"repeatable": True}, Mode.quiet, (State.queued, "timeout", 1)),  # the platform drops the repeat
        ({"connects": False}, Mode.quiet, (State.queued, "", 0)),  # certainly not sent
    ],
    ids=["wake", "quiet", "repeatable", "no connection"],
)
async def test_calls_that_hang_are_cut_off_and_settled_by_the_rules(
    queue: Queue, like: dict[str, Any], mode: Mode, left: tuple[State, str, int]
) -> None:
    await queue.issue(3, due=CLOCK.now(), mode=mode)
    platform = Platform(**like)
    shift = Shift(queue, platform, patience=0.05)
    await becomes(lambda: open_calls(platform, 2))
    shift.stop()
    await shift.ended()
    assert await batches(queue) == [left, left, (State.queued, "", 0)]
