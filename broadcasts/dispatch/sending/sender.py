"""The pipeline of the worker: claim, send, settle. Many requests are open at once, and no transaction with them: each
lane takes what is ready, sees that it is still to be sent, and calls."""

import asyncio
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from bot.channels.contract import Channel, SendError
from bot.channels.oa_mass.limits import NAME as MASS
from bot.channels.wecom_app.cards import INTERFACES, Interfaces
from bot.clock import Clock
from bot.coordination.contract import Coordination
from bot.vault import Vault
from broadcasts.dispatch.claims.contract import Claimed, Claims, Outcome
from broadcasts.dispatch.sending.calling import Calling
from broadcasts.dispatch.sending.feeding import Feeding
from broadcasts.dispatch.sending.gate import Gate
from broadcasts.dispatch.sending.later import later
from broadcasts.dispatch.sending.pace import Pace
from broadcasts.dispatch.sending.ready import Ready
from broadcasts.dispatch.sending.settling import Settling
from broadcasts.dispatch.sending.wordings import Wordings
from broadcasts.dispatch.states import State

log = logging.getLogger(__name__)


@dataclass
class Sender:
    claims: Claims
    channels: Mapping[tuple[str, str], Channel]  # (road, name)
    coordination: Coordination
    clock: Clock
    vault: Vault
    pace: Pace = field(default_factory=Pace)
    lease_seconds: float = 5.0
    renewed: float = 0.0  # our monotonic clock at the last renewal
    interfaces: Interfaces = field(default_factory=lambda: INTERFACES)

    def __post_init__(self) -> None:
        self.gate = Gate(self.channels, self.coordination, self.claims, self.interfaces)
        self._settling = Settling(self.claims, self.gate, self.clock)
        self._ready = Ready()
        wordings = Wordings(self.claims, self._ready)
        self._feeding = Feeding(
            self.claims, self.coordination, self.clock, self.pace, self.gate, self._ready, self._settling, wordings
        )
        self._calling = Calling(self.claims, self.clock, self.vault, self.gate, self._ready, wordings)
        self._open = 0
        self._renewing = asyncio.Lock()
        self._spelling = asyncio.Lock()
        self._closed = asyncio.Event()  # we stop, and no call is open

    async def remember(self) -> None:
        """Before the first claim after a start: see which roads were down."""
        await self.gate.breakers.remember()

    async def run(self, stop: asyncio.Event) -> None:
        """Send until `stop`; then take nothing new, hand back what was not begun, finish what is open, settle all of
        it. Raises LeaseLost."""
        async with asyncio.TaskGroup() as tasks:
            lanes = [tasks.create_task(self._lane()) for _ in range(self.pace.open)]
            tasks.create_task(self._settling.run())
            feeder = tasks.create_task(self._feeding.run())
            await stop.wait()
            await self._end(feeder, lanes)

    async def _end(self, feeder: asyncio.Task[None], lanes: Sequence[asyncio.Task[None]]) -> None:
        """Hand back first, since what is open may take its time. A claim or a settling that runs is never cut off."""
        self._ready.closed = True
        self._settling.hurry()
        self._settling.hand_back(self._ready.empty())
        if self._feeding.resting:
            feeder.cancel()
        if not self._open:
            self._closed.set()
        try:
            async with asyncio.timeout(self.pace.patience):
                await self._closed.wait()
        except TimeoutError:
            log.warning("%d calls without an answer are cut off", self._open)
        for lane in lanes:
            lane.cancel()
        await asyncio.wait([feeder, *lanes])
        self._settling.hand_back(self._ready.empty())  # what the feeder was about to line up
        self._settling.end()

    async def drain(self) -> int:
        """Send what is due now until nothing is, and settle it. How many were settled."""
        before = self._settling.settled
        while await self._feeding.feed():
            lanes = [self._lane(once=True) for _ in range(min(self.pace.open, self._ready.waiting))]
            await asyncio.gather(*lanes)
            await self._settling.settle()
        return self._settling.settled - before

    async def renew(self, unless: float = 0.0) -> None:
        """A sign of life, unless the last is younger than so many seconds. Raises LeaseLost where another start of the
        slot has taken over; the write lock is waited for, however long: nobody can take over without it either."""
        async with self._renewing:
            asked = self.clock.monotonic()
            if not unless or asked - self.renewed >= unless:
                await self.claims.renew()
                self.renewed = asked

    async def _lane(self, *, once: bool = False) -> None:
        while True:
            batch = self._next()
            if batch is not None:
                self._open += 1
                try:
                    self._settling.add(await self._transmit(batch))
                except asyncio.CancelledError:  # before its call had begun
                    self._settling.hand_back([batch])
                    raise
                finally:
                    self._open -= 1
                    if self._ready.closed and not self._open:
                        self._closed.set()
            elif once or self._ready.closed:
                return
            else:
                await self._ready.idle()

    def _next(self) -> Claimed | None:
        if self._ready.closed:
            return None
        batch = self._ready.next()
        if batch is not None and self._ready.waiting * 2 < self.pace.open:
            self._feeding.hungry.set()
        return batch

    async def _transmit(self, batch: Claimed) -> Outcome:
        """Send the next part of one batch. Of mass sends one is spelled out at a time: each has ten thousand addresses,
        and whoever waits for it has not begun."""
        if batch.channel != MASS:
            return await self._current(batch)
        async with self._spelling:
            if self._ready.closed:
                self.gate.let_go(batch)
                return later(batch, self.clock.now(), batch.reason)
            return await self._current(batch)

    async def _current(self, batch: Claimed) -> Outcome:
        """Send it, unless it is over or its road went down."""
        if self.clock.monotonic() - self.renewed >= self.lease_seconds:
            await self.renew(unless=self.lease_seconds)
        now = self.clock.now()
        if batch.expires_at is not None and batch.expires_at <= now:
            self.gate.let_go(batch)
            return Outcome(batch, State.skipped, "expired", parts_done=batch.parts_done, tried=False)
        channel = self.channels.get((batch.road, batch.channel))
        if channel is None:
            return Outcome(batch, State.failed, "no_road", parts_done=batch.parts_done, tried=False)
        if self.gate.troubled and (put_off := await self._put_off(channel, batch, now)):
            return put_off
        return await self._calling.send(channel, batch)

    async def _put_off(self, channel: Channel, batch: Claimed, at: datetime) -> Outcome | None:
        """Back to the queue where the road is down. A copy that could be lost is not what shows that it is."""
        if put_off := self.gate.stopped(batch, at):
            return put_off
        if channel.probe is None or not self.gate.breakers.doubtful(batch):
            return None
        reason = ""
        try:
            await channel.send(channel.probe)
        except SendError as error:
            reason = error.reason
        except Exception:  # our own code broke on what came back: no sign that the road is up
            log.exception("the probe of %s", batch.channel)
            reason = "bad_answer"
        return self.gate.asked(batch, reason, self.clock.now())
