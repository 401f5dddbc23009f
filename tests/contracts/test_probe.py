"""Before a copy that may have arrived is sent again, its road is asked with a parcel for nobody."""

from dataclasses import dataclass, field

import pytest
import sqlalchemy as sa
from sqlmodel import col

from bot.channels.contract import Channel, Parcel, Receipt, SendError
from bot.clock import TurnedClock
from bot.coordination.contract import Limit, Quota
from bot.coordination.open import open_coordination
from broadcasts.dispatch.models import Batch
from broadcasts.dispatch.sending.pace import Pace
from broadcasts.dispatch.sending.sender import Sender
from broadcasts.dispatch.states import State
from tests.contracts.queues import Queue

PROBE = Parcel("probe", "")


@dataclass
class Odd:
    """A platform that loses its answers; what it says to a probe our own code does not bear."""

    name: str = "wecom_robot"
    repeatable: bool = False
    probe: Parcel | None = PROBE
    limits: tuple[Limit, ...] = ()
    quotas: tuple[Quota, ...] = ()
    took: list[Parcel] = field(default_factory=list)
    probed: int = 0

    async def send(self, parcel: Parcel) -> Receipt:
        if parcel is PROBE:
            self.probed += 1
            raise ValueError("an answer of another shape")
        self.took.append(parcel)
        raise SendError("timeout", lost=True)


async def test_our_own_bug_behind_a_probe_ends_no_worker_and_opens_no_road(
    queue: Queue, caplog: pytest.LogCaptureFixture
) -> None:
    await queue.issue(4)
    odd, clock, deps = Odd(), queue.deps.clock, queue.deps
    assert isinstance(clock, TurnedClock)
    channels: dict[tuple[str, str], Channel] = {("live", "wecom_robot"): odd}
    coordination = open_coordination(deps.settings, clock)
    sender = Sender(queue.claims, channels, coordination, clock, deps.vault, Pace(2, 6))
    await sender.drain()
    sent = len(odd.took)
    for _ in range(5):
        clock.turn(31)
        await sender.drain()
    await coordination.close()
    async with deps.read() as session:
        found = (await session.execute(sa.select(col(Batch.state)))).scalars().all()
    assert odd.probed
    assert len(odd.took) == sent
    assert {*found} <= {State.queued, State.unknown}
    assert "the probe of wecom_robot" in caplog.text
