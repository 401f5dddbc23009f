"""The pipeline of the worker: claim, send, settle. Many requests are open at once, and no transaction with them."""

import asyncio
import logging
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.channels.contract import Channel, Parcel, SendError
from bot.clock import Clock
from bot.coordination.contract import Coordination
from bot.vault import Vault
from broadcasts.dispatch.claims.contract import Claimed, Claims, LeaseLost, Outcome, Wording
from broadcasts.dispatch.sending.gate import Gate
from broadcasts.dispatch.sending.judge import judged
from broadcasts.dispatch.states import State

log = logging.getLogger(__name__)

PLAIN = "text"  # the form whose request bears no name
URGENT = 1  # ranks up to here (red, rings) overtake what is already claimed
LEAST = 9  # the last rank
GROUP = 500  # outcomes settled together at the most
WITHIN = 0.02  # seconds that an outcome waits for others
EVERY = 0.01  # seconds between two looks for what overtakes
DUE = 0.1  # seconds after which it is looked for though nobody committed: a retry falls due in silence


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
        self.gate = Gate(self.channels, self.coordination, self.claims)
        self._ready: list[deque[Claimed]] = [deque() for _ in range(LEAST + 1)]
        self._waiting = 0
        self._open = 0
        self._done: list[Outcome] = []
        self._texts: dict[int, Wording] = {}
        self._idle: deque[asyncio.Future[None]] = deque()
        self._flush = asyncio.Event()
        self._hungry = asyncio.Event()
        self._looked = 0.0
        self._closed = asyncio.Event()  # set when we stop and nothing is open
        self._stopping = False

    async def rebuild_windows(self) -> None:
        """Count what left within the last windows, as the batches remember it, and see which roads were down."""
        await self.gate.rebuild(self.clock.now())

    async def run(self, stop: asyncio.Event) -> None:
        """Send until `stop`; then take nothing new, finish what is open, hand back the rest. Raises LeaseLost."""
        async with asyncio.TaskGroup() as tasks:
            lanes = [tasks.create_task(self._lane()) for _ in range(self.pace.open)]
            settler = tasks.create_task(self._settle_forever())
            feeder = tasks.create_task(self._feed_forever())
            await stop.wait()
            self._stopping = True
            feeder.cancel()
            if self._open:
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
        while not self._stopping:
            fed = 0
            if self._waiting * 2 < self.pace.open:
                fed = await self._feed()
            elif not (self._ready[0] or self._ready[1]) and await self._news():
                await self._line_up(await self.claims.take(self.clock.now(), self.pace.urgent_claim, URGENT))
            if not fed and not self._waiting:
                await self.coordination.changed(await self._until_due())
            elif self._waiting:
                self._hungry.clear()
                try:
                    async with asyncio.timeout(EVERY):  # wait_for may swallow the cancellation that ends us
                        await self._hungry.wait()
                except TimeoutError:
                    continue

    async def _news(self) -> bool:
        """Whether something urgent may have come; asking by a claim costs the write lock each time."""
        if not await self.claims.news() and self.clock.monotonic() - self._looked < DUE:
            return False
        self._looked = self.clock.monotonic()
        return True

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
        """Get the texts, ask the gate, and wake who waits for work."""
        if not claimed:
            return
        missing = {c.text_id for c in claimed} - self._texts.keys()
        if missing:
            crowded = len(self._texts) > 512
            if crowded:
                missing = {c.text_id for c in claimed} | {c.text_id for q in self._ready for c in q}
            found = await self.claims.texts(missing)  # meanwhile lanes send: what they need stays until then
            self._texts = found if crowded else self._texts | found
        admitted, put_off = await self.gate.admit(claimed, self.clock.now())
        for outcome in put_off:
            self._settled(outcome)
        for batch in admitted:
            self._ready[batch.rank].append(batch)
            self._waiting += 1
        for _ in range(min(len(self._idle), self._waiting)):
            woken = self._idle.popleft()
            if not woken.done():
                woken.set_result(None)

    # Sending

    async def _lane(self, *, once: bool = False) -> None:
        while True:
            batch = self._next()
            if batch is not None:
                self._open += 1
                try:
                    self._settled(await self._transmit(batch))
                finally:
                    self._open -= 1
                    if self._stopping and not self._open:
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
        """Send the next part of one batch, unless it is over or its road went down."""
        now = self.clock.now()
        if batch.expires_at is not None and batch.expires_at <= now:
            self.gate.let_go(batch)
            return Outcome(batch, State.skipped, "expired", parts_done=batch.parts_done, tried=False)
        if self.clock.monotonic() - self.renewed >= self.lease_seconds:
            raise LeaseLost(str(self.claims.epoch))
        channel = self.channels.get((batch.road, batch.channel))
        if channel is None:
            return Outcome(batch, State.failed, "no_road", parts_done=batch.parts_done, tried=False)
        if put_off := self.gate.stopped(batch, now):
            return put_off
        (parts, form, code), number = self._texts[batch.text_id], batch.parts_done
        last = number + 1 >= len(parts)
        key = self.vault.open(batch.sealed) if batch.sealed else ""
        members = batch.members.split("|") if batch.members else ()
        named = "" if form == PLAIN else f"{code}-{batch.id}"
        try:
            receipt = await channel.send(
                Parcel(parts[number], batch.tail if last else "", bool(batch.wake), key, members, form, named)
            )
        except SendError as error:
            log.warning("batch %d by %s: %s", batch.id, batch.channel, error.reason)
            now = self.clock.now()
            down = self.gate.answered(batch, error.reason, now)
            return judged(batch, error, repeatable=channel.repeatable, at=now, down=down)
        now = self.clock.now()
        self.gate.answered(batch, "", now)
        state, due = (State.sent, None) if last else (State.queued, now)
        invalid = receipt.invalid if last else frozenset()  # told with each part, counted once
        return Outcome(batch, state, "", due, number + 1, True, invalid, receipt.message_id, receipt.response_code)

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
        if self.gate.news:
            await self.gate.tell(self.clock.now())

    async def _hand_back(self) -> None:
        """Queue again what was claimed and not begun, so that a clean stop repeats nothing."""
        now = self.clock.now()
        for queue in self._ready:
            while queue:
                batch = queue.popleft()
                self.gate.let_go(batch)
                self._done.append(Outcome(batch, State.queued, batch.reason, now, batch.parts_done, tried=False))
        self._waiting = 0
        await self._settle()
