"""What became of claimed batches, gathered for a moment and written down in groups."""

import asyncio
from collections.abc import Iterable

from bot.clock import Clock
from broadcasts.dispatch.claims.contract import Claimed, Claims, Outcome
from broadcasts.dispatch.sending.gate import Gate
from broadcasts.dispatch.sending.later import later

GROUP = 500  # outcomes settled together at the most
WITHIN = 0.02  # seconds that an outcome waits for others


class Settling:
    def __init__(self, claims: Claims, gate: Gate, clock: Clock) -> None:
        self._claims, self._gate, self._clock = claims, gate, clock
        self._done: list[Outcome] = []
        self._flush = asyncio.Event()
        self._hurried = self._ended = False
        self.settled = 0

    def add(self, outcome: Outcome) -> None:
        self._done.append(outcome)
        if len(self._done) == 1 or len(self._done) >= GROUP:
            self._flush.set()

    def hand_back(self, batches: Iterable[Claimed]) -> None:
        """Queue again what was claimed and not begun, so that a clean stop repeats nothing."""
        now = self._clock.now()
        for batch in batches:
            self._gate.let_go(batch)
            self.add(later(batch, now, batch.reason))

    def hurry(self) -> None:
        """Outcomes no longer wait for others."""
        self._hurried = True

    def end(self) -> None:
        """Nothing more will come: what is left is settled, and then `run` returns."""
        self._ended = True
        self._flush.set()

    async def run(self) -> None:
        """Settle until the end. Never to be cancelled alone: on PostgreSQL a group may be half written."""
        while not self._ended or self._done:
            await self._flush.wait()
            self._flush.clear()
            if len(self._done) < GROUP and not self._hurried:
                await asyncio.sleep(WITHIN)
            await self.settle()

    async def settle(self) -> None:
        done, self._done = self._done, []
        if done:
            await self._claims.settle(done, self._clock.now())
            self.settled += len(done)
        if self._gate.breakers.news:
            await self._gate.breakers.tell(self._clock.now())
