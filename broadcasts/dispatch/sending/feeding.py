"""Claiming what is due, so that the lanes never wait for it and little is open if we die."""

import asyncio

from bot.clock import Clock
from bot.coordination.contract import Coordination
from broadcasts.dispatch.claims.contract import Claimed, Claims
from broadcasts.dispatch.sending.gate import Gate
from broadcasts.dispatch.sending.pace import Pace
from broadcasts.dispatch.sending.ready import LEAST, URGENT, Ready
from broadcasts.dispatch.sending.settling import Settling
from broadcasts.dispatch.sending.wordings import Wordings

EVERY = 0.01  # seconds between two looks for what overtakes
UNCOUNTED = 0.1  # seconds until we ask again whether what left is counted
DUE = 0.1  # seconds after which it is looked for though nobody committed: a retry falls due in silence


class Feeding:
    def __init__(
        self, claims: Claims, coordination: Coordination, clock: Clock, pace: Pace, gate: Gate, ready: Ready,
        settling: Settling, wordings: Wordings,
    ) -> None:  # fmt: skip
        self._claims, self._coordination, self._clock, self._pace = claims, coordination, clock, pace
        self._gate, self._ready, self._settling, self._wordings = gate, ready, settling, wordings
        self.hungry = asyncio.Event()
        self.resting = False  # it waits for news alone
        self._looked = 0.0

    async def run(self) -> None:
        """Line up what is due until `ready` is closed."""
        while not self._ready.closed:
            await asyncio.sleep(0)  # a claim on SQLite waits for nothing, and there may be many
            fed = 0
            if self._ready.waiting * 2 < self._pace.open:
                fed = await self.feed()
            elif not self._ready.urgent and await self._news():
                await self._line_up(await self._claim(self._pace.urgent_claim, URGENT))
            if not fed and not self._ready.waiting:
                await self._rest(await self._until_due())
            elif self._ready.waiting:
                self.hungry.clear()
                try:
                    async with asyncio.timeout(EVERY):  # wait_for may swallow the cancellation that ends us
                        await self.hungry.wait()
                except TimeoutError:
                    continue

    async def feed(self) -> int:
        """Claim what is urgent in small bites, so that little is open if we die; else the rest in large ones."""
        claimed = await self._claim(self._pace.urgent_claim, URGENT) or await self._claim(self._pace.claim, LEAST)
        await self._line_up(claimed)
        return len(claimed)

    async def _rest(self, seconds: float) -> None:
        """Wait until somebody committed. Only here may a stop cancel the feeder: a claim that was cut off is lost."""
        self.resting = True
        await self._coordination.changed(0.0 if self._ready.closed else seconds)
        self.resting = False

    async def _news(self) -> bool:
        """Whether something urgent may have come; asking by a claim costs the write lock each time."""
        if not await self._claims.news() and self._clock.monotonic() - self._looked < DUE:
            return False
        self._looked = self._clock.monotonic()
        return True

    async def _until_due(self) -> float:
        """What is due and was not given to us belongs to another, or our lease does."""
        due = await self._claims.next_due()
        return 1.0 if due is None else min(1.0, max(EVERY, (due - self._clock.now()).total_seconds()))

    async def _claim(self, most: int, rank: int) -> list[Claimed]:
        now = self._clock.now()
        if not await self._gate.windows.count(now):
            await asyncio.sleep(UNCOUNTED)
            return []
        return await self._claims.take(now, most, rank)

    async def _line_up(self, claimed: list[Claimed]) -> None:
        """Get the texts, ask the gate, and wake who waits for work."""
        if self._ready.closed:
            self._settling.hand_back(claimed)
            return
        if not claimed:
            return
        await self._wordings.fetch(claimed)
        admitted, put_off = await self._gate.admit(claimed, self._clock.now())
        for outcome in put_off:
            self._settling.add(outcome)
        self._ready.add(admitted)
