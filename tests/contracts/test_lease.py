"""A worker keeps its lease as long as nobody took it over, however long somebody else holds the write lock."""

import asyncio
import sqlite3
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

import pytest

from bot.channels.contract import Channel, Parcel, Receipt
from bot.clock import TurnedClock
from bot.coordination.contract import Limit, Quota
from bot.coordination.open import open_coordination
from broadcasts.dispatch.claims.contract import Claims, LeaseLost, Outcome
from broadcasts.dispatch.claims.open import open_claims
from broadcasts.dispatch.sending.pace import Pace
from broadcasts.dispatch.sending.sender import Sender
from broadcasts.dispatch.states import State
from tests.contracts.queues import LEAST, NOW, Queue
from tests.deadline import turns


@dataclass
class Slow:
    """A channel whose every call takes longer than the lease; `meanwhile` happens during the first."""

    clock: TurnedClock
    meanwhile: Callable[[], Awaitable[None]] | None = None
    name: str = "wecom_robot"
    repeatable: bool = False
    probe: Parcel | None = None
    limits: tuple[Limit, ...] = ()
    quotas: tuple[Quota, ...] = ()
    took: list[Parcel] = field(default_factory=list)

    async def send(self, parcel: Parcel) -> Receipt:
        self.took.append(parcel)
        self.clock.turn(6)
        if self.meanwhile and len(self.took) == 1:
            await self.meanwhile()
        return Receipt()


async def drain(queue: Queue, channel: Slow) -> None:
    coordination = open_coordination(queue.deps.settings, channel.clock)
    channels: dict[tuple[str, str], Channel] = {("live", "wecom_robot"): channel}
    sender = Sender(queue.claims, channels, coordination, channel.clock, queue.deps.vault, Pace(open=1))
    await sender.drain()
    await coordination.close()


async def test_a_lease_that_nobody_took_is_renewed_before_the_next_call(queue: Queue) -> None:
    sent = await queue.issue(3)
    channel = Slow(TurnedClock(NOW))
    await drain(queue, channel)
    assert len(channel.took) == 6  # three robots, two parts each
    assert await queue.counts(sent) == {"targets": 3, "sent": 3}


async def test_a_lease_that_another_start_took_is_lost_and_nothing_more_is_sent(queue: Queue) -> None:
    await queue.issue(3)
    second = open_claims(queue.deps.settings, "worker-0")

    async def meanwhile() -> None:
        await second.start(NOW)

    channel = Slow(TurnedClock(NOW), meanwhile)
    with pytest.raises(LeaseLost):
        await drain(queue, channel)
    assert len(channel.took) == 1
    await second.close()


async def settle(claims: Claims) -> None:
    (batch,) = await claims.take(NOW, 1, LEAST)
    await claims.settle([Outcome(batch, State.sent)], NOW)


ASKED: dict[str, Callable[[Claims], Awaitable[object]]] = {
    "renew": lambda claims: claims.renew(),
    "take": lambda claims: claims.take(NOW, 10, LEAST),
    "settle": settle,
    "release": lambda claims: claims.release("live", "wecom_robot", ["timeout"], NOW),
}


@pytest.mark.parametrize("queue", ["sqlite"], indirect=True)
@pytest.mark.parametrize("what", ASKED)
async def test_the_loop_turns_while_another_process_holds_the_write_lock(queue: Queue, what: str) -> None:
    await queue.issue(1)
    other = sqlite3.connect(queue.deps.settings.sqlite_path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    asked = asyncio.ensure_future(ASKED[what](queue.claims))
    await turns()
    assert not asked.done()
    other.execute("COMMIT")
    other.close()
    await asyncio.wait_for(asked, 10)
