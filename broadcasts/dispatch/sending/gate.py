"""Which claimed batches may leave now: those whose road is up and not crowded, and for whom there is room."""

from collections.abc import Mapping
from datetime import datetime

from bot.channels.contract import Channel
from bot.channels.wecom_app.cards import INTERFACES, Interfaces
from bot.coordination.contract import Coordination
from broadcasts.dispatch.claims.contract import Claimed, Claims, Outcome
from broadcasts.dispatch.sending import crowds
from broadcasts.dispatch.sending.breaker import ROAD
from broadcasts.dispatch.sending.breakers import Breakers
from broadcasts.dispatch.sending.later import later
from broadcasts.dispatch.sending.shares import Street
from broadcasts.dispatch.sending.windows import Windows


class Gate:
    def __init__(
        self, channels: Mapping[Street, Channel], coordination: Coordination, claims: Claims,
        interfaces: Interfaces = INTERFACES,
    ) -> None:  # fmt: skip
        self.breakers = Breakers(channels, claims)
        self.windows = Windows(channels, coordination, claims, interfaces)
        self._crowds: dict[Street, crowds.Crowd] = {}

    async def admit(self, claimed: list[Claimed], at: datetime) -> tuple[list[Claimed], list[Outcome]]:
        """Those that may leave now (a member at a limit has moved to a batch of her own), and what becomes of the
        others: they go back to the queue until their moment."""
        asked: dict[tuple[str, str, str | None, bool], list[Claimed]] = {}
        for batch in claimed:
            key = (batch.road, batch.channel, batch.later, batch.rank == 0)
            if key in asked:
                asked[key].append(batch)
            else:
                asked[key] = [batch]
        going: list[Claimed] = []
        waiting: list[Outcome] = []
        if self.windows.late:
            await self.windows.count_late()
        for (road, channel, interface, red), batches in asked.items():
            street = (road, channel)
            if self.breakers.down(street):
                batches = self.breakers.probing(street, batches, waiting, at)
            if street in self._crowds:
                batches = self._thinned(street, batches, waiting, at)
            street = (road, interface or channel)  # under what it is counted
            going += await self.windows.admit(street, red, batches, at, waiting)
        return going, waiting

    @property
    def troubled(self) -> bool:
        """Whether the last call of some road failed for the road's sake."""
        return bool(self.breakers.troubled)

    def stopped(self, batch: Claimed, at: datetime) -> Outcome | None:
        """Back to the queue where the road went down since the batch was admitted."""
        put_off = self.breakers.stopped(batch, at)
        if put_off is not None:
            self.let_go(batch)
        return put_off

    def asked(self, batch: Claimed, reason: str, at: datetime) -> Outcome | None:
        """What a parcel for nobody was answered in place of a doubtful batch, which waits where the road is down."""
        put_off = self.breakers.asked(batch, reason, at)
        if put_off is not None:
            self.let_go(batch)
        return put_off

    def let_go(self, batch: Claimed, *, left: bool = False) -> None:
        """An admitted batch ends, or goes back, without a call; `left`: nobody knows whether there was one."""
        taken = self.windows.taken.pop(batch.id, None)
        if taken is not None and not left:
            self.windows.late.append((batch, taken[1], None))

    def answered(self, batch: Claimed, reason: str, at: datetime, *, left: bool = True) -> None:
        """A call has ended, with a SendError's `reason` or none. What never left gives back what it took. It looks into
        both by itself: this is asked of each message."""
        taken = self.windows.taken.pop(batch.id, None)
        if taken is not None and not left:
            self.windows.late.append((batch, taken[1], None))
        elif taken is not None and at > taken[0]:
            self.windows.late.append((batch, taken[1], at.timestamp()))
        if reason in ROAD:
            self.breakers.failed((batch.road, batch.channel), batch, reason, at)
        elif self.breakers.troubled:
            self.breakers.worked((batch.road, batch.channel), at)
        if reason == crowds.REASON:
            self._crowds.setdefault((batch.road, batch.channel), crowds.begun(at)).said(at)

    def _thinned(self, street: Street, batches: list[Claimed], waiting: list[Outcome], at: datetime) -> list[Claimed]:
        crowd = self._crowds[street]
        if crowd.over(at):
            del self._crowds[street]
            return batches
        free = crowd.some(batches, at)
        waiting.extend(later(batch, at + crowds.SECOND, batch.reason or crowds.REASON) for batch in batches[free:])
        return batches[:free]
