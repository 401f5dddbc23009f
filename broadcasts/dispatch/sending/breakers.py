"""Which roads are down: who may try one all the same, and what the record and those that waited for it learn of it."""

import logging
from collections.abc import Iterable
from datetime import datetime

from broadcasts.dispatch.claims.contract import Claimed, Claims, Outcome
from broadcasts.dispatch.sending.breaker import DELAYED, MAYBE, ROAD, Breaker
from broadcasts.dispatch.sending.later import later
from broadcasts.dispatch.sending.outages import DOWN, UP, subject
from broadcasts.dispatch.sending.shares import Street

log = logging.getLogger(__name__)


class Breakers:
    def __init__(self, streets: Iterable[Street], claims: Claims) -> None:
        self._claims = claims
        self._breakers = {street: Breaker() for street in streets}
        self.troubled: set[Street] = set()  # where the last call failed for the road's sake
        self._passes: set[int] = set()  # batches that may leave though their road is down
        self.news: list[tuple[Street, str, str, datetime]] = []

    async def remember(self) -> None:
        """See which roads were down when we ended."""
        names = {subject(*street): street for street in self._breakers}
        for name, (since, reason) in (await self._claims.down(list(names))).items():
            self._breakers[names[name]] = Breaker(since, reason, open=True, told=True)
            self.troubled.add(names[name])

    def down(self, street: Street) -> bool:
        return street in self.troubled and self._breakers[street].open

    def probing(self, street: Street, batches: list[Claimed], waiting: list[Outcome], at: datetime) -> list[Claimed]:
        """Those that may try a road that is down; the others are added to `waiting`."""
        going, held = self._breakers[street].sort(batches, at)
        self._passes.update(batch.id for batch in going)
        waiting.extend(later(batch, due, batch.reason or DELAYED) for batch, due in held)
        return going

    def stopped(self, batch: Claimed, at: datetime) -> Outcome | None:
        """Back to the queue where the road went down since the batch was admitted."""
        breaker = self._breakers[batch.road, batch.channel]
        if not breaker.open or batch.id in self._passes:
            return None
        going, waiting = breaker.sort([batch], at)
        if going:
            return None
        return later(batch, waiting[0][1], batch.reason or DELAYED)

    def doubtful(self, batch: Claimed) -> bool:
        """Whether to ask first if the road is up: else its answer may be lost, and it can be given out twice at most.
        Red is given out at once."""
        street = (batch.road, batch.channel)
        if street not in self.troubled:
            return False
        return batch.reason in MAYBE or (batch.rank > 0 and self._breakers[street].open)

    def asked(self, batch: Claimed, reason: str, at: datetime) -> Outcome | None:
        """What a parcel for nobody was answered in place of a doubtful batch: a SendError's `reason`, or none. The
        batch goes back to the queue where the road is still down."""
        street = (batch.road, batch.channel)
        if reason not in ROAD:
            self.worked(street, at)
            return None
        self.failed(street, batch, reason, at)
        return later(batch, self._breakers[street].next_look(at), batch.reason or DELAYED)

    def failed(self, street: Street, batch: Claimed, reason: str, at: datetime) -> None:
        breaker = self._breakers[street]
        self.troubled.add(street)
        self._passes.discard(batch.id)
        if breaker.failed(reason, at):
            self.news.append((street, DOWN, reason, breaker.since or at))

    def worked(self, street: Street, at: datetime) -> None:
        if street in self.troubled:
            if self._breakers[street].open:
                self.news.append((street, UP, "", at))
            self.troubled.discard(street)
            self._passes.clear()
            self._breakers[street] = Breaker()

    async def tell(self, at: datetime) -> None:
        """Write down which roads went down or came back; what waited for one that came back is due at once."""
        news, self.news = self.news, []
        for street, what, reason, since in news:
            name = subject(*street)
            if what == DOWN:
                log.warning("%s: down, %s", name, reason)
                await self._claims.enter(DOWN, name, at, {"reason": reason, "since": since.isoformat()})
                continue
            freed = await self._claims.release(*street, [*sorted(ROAD | MAYBE), DELAYED], at)
            log.warning("%s: answers again, %d batches are due now", name, freed)
            if name in await self._claims.down([name]):
                await self._claims.enter(UP, name, at, {"freed": freed})
