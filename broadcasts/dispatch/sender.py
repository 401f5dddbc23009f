"""The pipeline of the worker: claim, send, settle. Many requests are open at once, and no transaction with them."""

import asyncio
import logging
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.channels.contract import Channel, Parcel, SendError
from bot.clock import Clock
from bot.coordination.contract import Coordination
from bot.vault import Vault
from broadcasts.dispatch.claims.contract import Claimed, Claims, LeaseLost, Outcome
from broadcasts.dispatch.judge import judged
from broadcasts.dispatch.states import State

log = logging.getLogger(__name__)

URGENT = 1  # ranks up to here (red, rings) overtake what is already claimed
LEAST = 9  # the last rank
GROUP = 250  # outcomes settled together at the most
WITHIN = 0.02  # seconds that an outcome waits for others


@dataclass
class Pace:
    """How much is taken at once and kept open."""

    open: int = 200
    claim: int = 500
    urgent_claim: int = 100


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
    settled: int = 0

    def __post_init__(self) -> None:
        self._ready: list[deque[Claimed]] = [deque() for _ in range(LEAST + 1)]
        self._waiting = 0
        self._open = 0
        self._done: list[Outcome] = []
        self._texts: dict[int, list[str]] = {}
        self._idle: deque[asyncio.Future[None]] = deque()
        self._flush = asyncio.Event()
        self._hungry = asyncio.Event()
        self._closed = asyncio.Event()  # nothing is open
        self._closed.set()
        self._stopping = False

    async def rebuild_windows(self) -> None:
        """Count what left within the last windows, as the batches remember it."""
        limits = {c.limit.seconds: c.limit for c in self.channels.values() if c.limit}
        for seconds, limit in limits.items():
            for road, robot, at, attempts in await self.claims.recent(self.clock.now() - timedelta(seconds=seconds)):
                for _ in range(attempts):
                    await self.coordination.counted(f"{road}:robot:{robot}", limit, at.timestamp())

    async def run(self, stop: asyncio.Event) -> None:
        """Send until `stop`; then take nothing new, finish what is open, hand back the rest. Raises LeaseLost."""
        async with asyncio.TaskGroup() as tasks:
            lanes = [tasks.create_task(self._lane()) for _ in range(self.pace.open)]
            settler = tasks.create_task(self._settle_forever())
            feeder = tasks.create_task(self._feed_forever())
            await stop.wait()
            self._stopping = True
            feeder.cancel()
            await self._closed.wait()
            for task in (*lanes, settler):
                task.cancel()
        await self._hand_back()

    async def drain(self) -> int:
        """Send what is due now until nothing is, and settle it. How many were settled."""
        before = self.settled
        while await self._feed():
            lanes = [self._lane(once=True) for _ in range(min(self.pace.open, self._waiting))]
            await asyncio.gather(*lanes)
            await self._settle()
        return self.settled - before

    # Claiming

    async def _feed_forever(self) -> None:
        while True:
            fed = 0
            if self._waiting * 2 < self.pace.open:
                fed = await self._feed()
            elif not (self._ready[0] or self._ready[1]):
                await self._line_up(await self.claims.take(self.clock.now(), self.pace.urgent_claim, URGENT))
            if not fed and not self._waiting:
                await self.coordination.changed(await self._until_due())
            elif self._waiting:
                self._hungry.clear()
                try:
                    await asyncio.wait_for(self._hungry.wait(), 0.01)
                except TimeoutError:
                    continue

    async def _until_due(self) -> float:
        due = await self.claims.next_due()
        return 1.0 if due is None else min(1.0, max(0.0, (due - self.clock.now()).total_seconds()))

    async def _feed(self) -> int:
        """Claim what is urgent in small bites, so that little is open if we die; else the rest in large ones."""
        now = self.clock.now()
        claimed = await self.claims.take(now, self.pace.urgent_claim, URGENT)
        if not claimed:
            claimed = await self.claims.take(now, self.pace.claim, LEAST)
        await self._line_up(claimed)
        return len(claimed)

    async def _line_up(self, claimed: list[Claimed]) -> None:
        """Get the texts, ask the windows, and wake who waits for work."""
        if not claimed:
            return
        missing = {c.text_id for c in claimed} - self._texts.keys()
        if missing:
            if len(self._texts) > 512:
                self._texts.clear()
                missing = {c.text_id for c in claimed} | {c.text_id for q in self._ready for c in q}
            self._texts |= await self.claims.texts(missing)
        for batch in await self._allowed(claimed, self.clock.now()):
            self._ready[batch.rank].append(batch)
            self._waiting += 1
        for _ in range(min(len(self._idle), self._waiting)):
            woken = self._idle.popleft()
            if not woken.done():
                woken.set_result(None)

    async def _allowed(self, claimed: list[Claimed], now: datetime) -> list[Claimed]:
        """Those whose window has room; the others go back to the queue until theirs has."""
        allowed: list[Claimed] = []
        asked: dict[tuple[str, str, bool], list[Claimed]] = {}
        for batch in claimed:
            channel = self.channels.get((batch.road, batch.channel))
            if channel is None or channel.limit is None:
                allowed.append(batch)
            else:
                asked.setdefault((batch.road, batch.channel, batch.rank == 0), []).append(batch)
        for (road, name, red), batches in asked.items():
            limit = self.channels[road, name].limit
            if limit is None:
                continue
            keys = [f"{road}:robot:{b.robot_id}" for b in batches]
            waits = await self.coordination.take(keys, limit, now.timestamp(), red=red)
            for batch, wait in zip(batches, waits, strict=True):
                if wait:
                    due = now + timedelta(seconds=wait)
                    self._settled(Outcome(batch, State.queued, batch.reason, due, batch.parts_done, tried=False))
                else:
                    allowed.append(batch)
        return allowed

    # Sending

    async def _lane(self, *, once: bool = False) -> None:
        while True:
            batch = self._next()
            if batch is not None:
                self._open += 1
                self._closed.clear()
                try:
                    self._settled(await self._transmit(batch))
                finally:
                    self._open -= 1
                    if not self._open:
                        self._closed.set()
            elif once:
                return
            else:
                idle: asyncio.Future[None] = asyncio.get_running_loop().create_future()
                self._idle.append(idle)
                await idle

    def _next(self) -> Claimed | None:
        if self._stopping or not self._waiting:
            return None
        for queue in self._ready:
            if queue:
                self._waiting -= 1
                if self._waiting * 2 < self.pace.open:
                    self._hungry.set()
                return queue.popleft()
        return None

    async def _transmit(self, batch: Claimed) -> Outcome:
        """Send the next part of one batch, unless it is over."""
        if batch.expires_at is not None and batch.expires_at <= self.clock.now():
            return Outcome(batch, State.skipped, "expired", parts_done=batch.parts_done, tried=False)
        if self.clock.monotonic() - self.renewed >= self.lease_seconds:
            raise LeaseLost(str(self.claims.epoch))
        channel = self.channels.get((batch.road, batch.channel))
        if channel is None:
            return Outcome(batch, State.failed, "no_road", parts_done=batch.parts_done, tried=False)
        parts, number = self._texts[batch.text_id], batch.parts_done
        last = number + 1 >= len(parts)
        key = self.vault.open(batch.sealed) if batch.sealed else ""
        members = batch.members.split("|") if batch.members else ()
        try:
            receipt = await channel.send(
                Parcel(parts[number], batch.tail if last else "", bool(batch.wake), key, members)
            )
        except SendError as error:
            log.warning("batch %d by %s: %s", batch.id, batch.channel, error.reason)
            return judged(batch, error, repeatable=channel.repeatable, at=self.clock.now())
        if not last:
            return Outcome(batch, State.queued, "", self.clock.now(), number + 1, invalid=receipt.invalid)
        return Outcome(batch, State.sent, parts_done=number + 1, invalid=receipt.invalid)

    # Settling

    def _settled(self, outcome: Outcome) -> None:
        self._done.append(outcome)
        if len(self._done) == 1 or len(self._done) >= GROUP:
            self._flush.set()

    async def _settle_forever(self) -> None:
        while True:
            await self._flush.wait()
            self._flush.clear()
            if len(self._done) < GROUP:
                await asyncio.sleep(WITHIN)
            await self._settle()

    async def _settle(self) -> None:
        done, self._done = self._done, []
        if done:
            await self.claims.settle(done, self.clock.now())
            self.settled += len(done)

    async def _hand_back(self) -> None:
        """Queue again what was claimed and not begun, so that a clean stop repeats nothing."""
        now = self.clock.now()
        for queue in self._ready:
            while queue:
                batch = queue.popleft()
                self._done.append(Outcome(batch, State.queued, batch.reason, now, batch.parts_done, tried=False))
        self._waiting = 0
        await self._settle()
