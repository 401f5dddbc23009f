"""The pipeline of the worker: claim, send, settle. Many requests are open at once, and no transaction with them."""

import asyncio
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from bot.channels.contract import NEVER_LEFT, Channel, Parcel, SendError
from bot.channels.oa_mass.limits import NAME as MASS
from bot.channels.oa_mass.limits import TO_MANY
from bot.channels.wecom_app.cards import INTERFACES, Interfaces
from bot.clock import Clock
from bot.coordination.contract import Coordination
from bot.vault import Vault
from broadcasts.dispatch.claims.contract import Claimed, Claims, Outcome, Wording
from broadcasts.dispatch.sending.gate import Gate
from broadcasts.dispatch.sending.judge import judged
from broadcasts.dispatch.sending.ready import LEAST, URGENT, Ready
from broadcasts.dispatch.sending.settling import Settling
from broadcasts.dispatch.states import State

log = logging.getLogger(__name__)

EVERY = 0.01  # seconds between two looks for what overtakes
UNCOUNTED = 0.1  # seconds until we ask again whether what left is counted
DUE = 0.1  # seconds after which it is looked for though nobody committed: a retry falls due in silence
BUG = SendError("bug", lost=True, alarm=True)  # our own code broke while it sent
CUT_OFF = SendError("timeout", lost=True)  # what became of a call that a stop did not wait for


@dataclass
class Pace:
    """How much is taken at once and kept open, and how many seconds a stop waits for what is."""

    open: int = 200
    claim: int = 500
    urgent_claim: int = 100
    patience: float = 5.0  # less than a call's time-out, so that `serve` ends in time


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
        self._open = 0
        self._texts: dict[int, Wording] = {}
        self._hungry = asyncio.Event()
        self._renewing = asyncio.Lock()
        self._spelling = asyncio.Lock()
        self._looked = 0.0
        self._resting = False  # the feeder waits for news alone
        self._stopping = False
        self._closed = asyncio.Event()  # we stop, and no call is open

    async def remember(self) -> None:
        """Before the first claim after a start: see which roads were down."""
        await self.gate.remember()

    async def run(self, stop: asyncio.Event) -> None:
        """Send until `stop`; then take nothing new, hand back what was not begun, finish what is open, settle all of
        it. Raises LeaseLost."""
        async with asyncio.TaskGroup() as tasks:
            lanes = [tasks.create_task(self._lane()) for _ in range(self.pace.open)]
            tasks.create_task(self._settling.run())
            feeder = tasks.create_task(self._feed_forever())
            await stop.wait()
            await self._end(feeder, lanes)

    async def _end(self, feeder: asyncio.Task[None], lanes: Sequence[asyncio.Task[None]]) -> None:
        """Hand back first, since what is open may take its time. A claim or a settling that runs is never cut off."""
        self._stopping = True
        self._settling.hurry()
        self._settling.hand_back(self._ready.empty())
        if self._resting:
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
        while await self._feed():
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

    # Claiming

    async def _feed_forever(self) -> None:
        while not self._stopping:
            await asyncio.sleep(0)  # a claim on SQLite waits for nothing, and there may be many
            fed = 0
            if self._ready.waiting * 2 < self.pace.open:
                fed = await self._feed()
            elif not self._ready.urgent and await self._news():
                await self._line_up(await self._claim(self.pace.urgent_claim, URGENT))
            if not fed and not self._ready.waiting:
                await self._rest(await self._until_due())
            elif self._ready.waiting:
                self._hungry.clear()
                try:
                    async with asyncio.timeout(EVERY):  # wait_for may swallow the cancellation that ends us
                        await self._hungry.wait()
                except TimeoutError:
                    continue

    async def _rest(self, seconds: float) -> None:
        """Wait until somebody committed. Only here may a stop cancel the feeder: a claim that was cut off is lost."""
        self._resting = True
        await self.coordination.changed(0.0 if self._stopping else seconds)
        self._resting = False

    async def _news(self) -> bool:
        """Whether something urgent may have come; asking by a claim costs the write lock each time."""
        if not await self.claims.news() and self.clock.monotonic() - self._looked < DUE:
            return False
        self._looked = self.clock.monotonic()
        return True

    async def _until_due(self) -> float:
        """What is due and was not given to us belongs to another, or our lease does."""
        due = await self.claims.next_due()
        return 1.0 if due is None else min(1.0, max(EVERY, (due - self.clock.now()).total_seconds()))

    async def _feed(self) -> int:
        """Claim what is urgent in small bites, so that little is open if we die; else the rest in large ones."""
        claimed = await self._claim(self.pace.urgent_claim, URGENT) or await self._claim(self.pace.claim, LEAST)
        await self._line_up(claimed)
        return len(claimed)

    async def _claim(self, most: int, rank: int) -> list[Claimed]:
        now = self.clock.now()
        if not await self.gate.count(now):
            await asyncio.sleep(UNCOUNTED)
            return []
        return await self.claims.take(now, most, rank)

    async def _line_up(self, claimed: list[Claimed]) -> None:
        """Get the texts, ask the gate, and wake who waits for work."""
        if self._stopping:
            self._settling.hand_back(claimed)
            return
        if not claimed:
            return
        missing = {c.text_id for c in claimed} - self._texts.keys()
        if missing:
            crowded = len(self._texts) > 512
            if crowded:
                missing = {c.text_id for c in claimed} | {c.text_id for c in self._ready}
            found = await self.claims.texts(missing)  # meanwhile lanes send: what they need stays until then
            self._texts = found if crowded else self._texts | found
        admitted, put_off = await self.gate.admit(claimed, self.clock.now())
        for outcome in put_off:
            self._settling.add(outcome)
        self._ready.add(admitted)

    # Sending

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
                    if self._stopping and not self._open:
                        self._closed.set()
            elif once or self._stopping:
                return
            else:
                await self._ready.idle()

    def _next(self) -> Claimed | None:
        if self._stopping:
            return None
        batch = self._ready.next()
        if batch is not None and self._ready.waiting * 2 < self.pace.open:
            self._hungry.set()
        return batch

    async def _transmit(self, batch: Claimed) -> Outcome:
        """Send the next part of one batch. Of mass sends one is spelled out at a time: each has ten thousand addresses,
        and whoever waits for it has not begun."""
        if batch.channel != MASS:
            return await self._current(batch)
        async with self._spelling:
            if self._stopping:
                self.gate.let_go(batch)
                return Outcome(batch, State.queued, batch.reason, self.clock.now(), batch.parts_done, tried=False)
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
        return await self._send(channel, batch)

    async def _send(self, channel: Channel, batch: Claimed) -> Outcome:
        number = batch.parts_done
        try:
            audience = await self.claims.audience(batch.id) if self._named(batch) else ()
            parcel, last = self._parcel(batch, audience)
        except Exception:  # a seal that does not open, a text that is gone: one batch ends, the others go on
            log.exception("batch %d cannot be made", batch.id)
            self.gate.let_go(batch)
            return Outcome(batch, State.failed, "bug", parts_done=number, tried=False)
        try:
            receipt = await channel.send(parcel)
        except SendError as error:
            log.warning("batch %d by %s: %s", batch.id, batch.channel, error.reason)
            now = self.clock.now()
            self.gate.answered(batch, error.reason, now, left=error.left)
            return judged(batch, error, repeatable=channel.repeatable, at=now)
        except asyncio.CancelledError as error:
            if not self._stopping or error.args == NEVER_LEFT:
                raise
            return judged(batch, CUT_OFF, repeatable=channel.repeatable, at=self.clock.now())
        except Exception:
            log.exception("batch %d by %s", batch.id, batch.channel)
            self.gate.let_go(batch, left=True)
            return judged(batch, BUG, repeatable=channel.repeatable, at=self.clock.now())
        now = self.clock.now()
        self.gate.answered(batch, "", now)
        state, due = (State.sent, None) if last else (State.queued, now)
        invalid = receipt.invalid if last else frozenset()  # told with each part, counted once
        return Outcome(batch, state, "", due, number + 1, True, invalid, receipt.message_id, receipt.response_code)

    def _named(self, batch: Claimed) -> bool:
        """Whether its call names each follower of the frozen audience."""
        return batch.channel == MASS and self._texts[batch.text_id].form == TO_MANY

    def _parcel(self, batch: Claimed, audience: Sequence[str]) -> tuple[Parcel, bool]:
        """The next part as its channel takes it, and whether it is the last one."""
        (parts, form, code), number = self._texts[batch.text_id], batch.parts_done
        last = number + 1 >= len(parts)
        key = self.vault.open(batch.sealed) if batch.sealed else ""
        members = batch.members.split("|") if batch.members else audience
        named = f"{code}-{batch.id}-{number}" if number else f"{code}-{batch.id}"
        return Parcel(parts[number], batch.tail if last else "", bool(batch.wake), key, members, form, named), last

    async def _put_off(self, channel: Channel, batch: Claimed, at: datetime) -> Outcome | None:
        """Back to the queue where the road is down. A copy that could be lost is not what shows that it is."""
        if put_off := self.gate.stopped(batch, at):
            return put_off
        if channel.probe is None or not self.gate.doubtful(batch):
            return None
        reason = ""
        try:
            await channel.send(channel.probe)
        except SendError as error:
            reason = error.reason
        return self.gate.asked(batch, reason, self.clock.now())
