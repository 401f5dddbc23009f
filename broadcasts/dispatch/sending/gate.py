"""Which claimed batches may leave now: those whose road is up, whose robots and members have room in their windows, and
for whom there is room in what all on that road share.

The platform may count a call as late as it answers it. So windows are kept a little longer than they are, and a call
that took longer than that little is counted again where its answer came.
"""

import logging
from collections import defaultdict
from collections.abc import Mapping
from datetime import datetime, timedelta

from bot.channels.contract import Channel
from bot.channels.wecom_app.cards import INTERFACES, Interfaces
from bot.coordination.contract import Coordination, Key, Limit
from broadcasts.dispatch.claims.contract import Claimed, Claims, Outcome
from broadcasts.dispatch.sending import crowds
from broadcasts.dispatch.sending.breaker import DELAYED, LOST, ROAD, Breaker
from broadcasts.dispatch.sending.outages import DOWN, UP, subject
from broadcasts.dispatch.sending.shares import Shares, Street, keys_of, tried
from broadcasts.dispatch.sending.turns import given
from broadcasts.dispatch.states import State

log = logging.getLogger(__name__)

SLACK = 0.25  # seconds
LATE = timedelta(seconds=SLACK)
Taken = tuple[datetime, float]  # from when an answer is late, and when its windows were asked


class Gate:
    def __init__(
        self, channels: Mapping[Street, Channel], coordination: Coordination, claims: Claims,
        interfaces: Interfaces = INTERFACES,
    ) -> None:  # fmt: skip
        self._coordination, self._claims = coordination, claims
        self._limits = {
            street: tuple(Limit(one.calls, one.seconds + SLACK, one.reserve) for one in channel.limits)
            for street, channel in channels.items()
        }
        self._spaces = {street: "/".join(street) for street in channels}
        self._shares = Shares(channels, coordination, claims, self._limits, SLACK, interfaces)
        self._breakers = {street: Breaker() for street in channels}
        self._troubled: set[Street] = set()  # where the last call failed for the road's sake
        self._crowds: dict[Street, crowds.Crowd] = {}
        self._taken: dict[int, Taken] = {}  # by batch
        self._passes: set[int] = set()  # batches that may leave though their road is down
        self._late: list[tuple[Claimed, float, float | None]] = []  # when it was counted, and answered if it was
        self.news: list[tuple[Street, str, str, datetime]] = []

    async def count(self, at: datetime) -> bool:
        """Before anything is claimed: where what was counted is gone, count what left within the longest windows, as
        the batches remember it. Whether all is counted now."""
        if not await self._coordination.empty():
            return True
        longest = max((one.seconds for limits in self._limits.values() for one in limits), default=0.0)
        longest = max(longest, self._shares.longest)
        rows = await self._claims.recent(at - timedelta(seconds=longest))
        alike: defaultdict[tuple[Street, float, int], list[Key]] = defaultdict(list)
        for row in rows:
            alike[row.street, row.at.timestamp(), row.attempts].extend(keys_of(row))
        for (street, when, times), keys in alike.items():
            if times and (limits := self._limits.get(street)):
                await self._coordination.counted(self._spaces[street], keys, limits, when, times)
        await self._shares.count(rows, at)
        return await self._coordination.filled()

    async def remember(self) -> None:
        """See which roads were down when we ended."""
        names = {subject(*street): street for street in self._breakers}
        for name, (since, reason) in (await self._claims.down(list(names))).items():
            self._breakers[names[name]] = Breaker(since, reason, open=True, told=True)
            self._troubled.add(names[name])

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
        if self._late:
            await self._count_late()
        for (road, channel, later, red), batches in asked.items():
            street = (road, channel)
            if street in self._troubled and self._breakers[street].open:
                batches = self._probing(street, batches, waiting, at)
            if street in self._crowds:
                batches = self._thinned(street, batches, waiting, at)
            street = (road, later or channel)  # under what it is counted
            shared = self._shares.of(street)
            free = [] if shared else going
            if not self._limits.get(street):
                free.extend(batches)
            elif batches and batches[0].members is None:
                await self._robots(street, red, batches, at, free, waiting)
            else:
                await self._members(street, red, batches, at, free, waiting)
            if shared and free:
                going += await self._share(street, red, free, at, waiting)
        return going, waiting

    @property
    def troubled(self) -> bool:
        """Whether the last call of some road failed for the road's sake."""
        return bool(self._troubled)

    def stopped(self, batch: Claimed, at: datetime) -> Outcome | None:
        """Back to the queue where the road went down since the batch was admitted."""
        breaker = self._breakers[batch.road, batch.channel]
        if not breaker.open or batch.id in self._passes:
            return None
        going, waiting = breaker.sort([batch], at)
        if going:
            return None
        self.let_go(batch)
        return _later(batch, waiting[0][1], batch.reason or DELAYED)

    def doubtful(self, batch: Claimed) -> bool:
        """Whether to ask first if the road is up: else its answer may be lost, and it can be given out twice at most.
        Red is given out at once."""
        street = (batch.road, batch.channel)
        if street not in self._troubled:
            return False
        return batch.reason in LOST or (batch.rank > 0 and self._breakers[street].open)

    def asked(self, batch: Claimed, reason: str, at: datetime) -> Outcome | None:
        """What a parcel for nobody was answered in place of a doubtful batch: a SendError's `reason`, or none. The
        batch goes back to the queue where the road is still down."""
        street = (batch.road, batch.channel)
        if reason not in ROAD:
            self._worked(street, at)
            return None
        self._failed(street, batch, reason, at)
        self.let_go(batch)
        return _later(batch, self._breakers[street].next_look(at), batch.reason or DELAYED)

    def let_go(self, batch: Claimed, *, left: bool = False) -> None:
        """An admitted batch ends, or goes back, without a call; `left`: nobody knows whether there was one."""
        taken = self._taken.pop(batch.id, None)
        if taken is not None and not left:
            self._late.append((batch, taken[1], None))

    def answered(self, batch: Claimed, reason: str, at: datetime, *, left: bool = True) -> None:
        """A call has ended, with a SendError's `reason` or none. What never left gives back what it took."""
        taken = self._taken.pop(batch.id, None)
        if taken is not None and not left:
            self._late.append((batch, taken[1], None))
        elif taken is not None and at > taken[0]:
            self._late.append((batch, taken[1], at.timestamp()))
        if reason in ROAD:
            self._failed((batch.road, batch.channel), batch, reason, at)
        elif self._troubled:
            self._worked((batch.road, batch.channel), at)
        if reason == crowds.REASON:
            self._crowds.setdefault((batch.road, batch.channel), crowds.begun(at)).said(at)

    def _failed(self, street: Street, batch: Claimed, reason: str, at: datetime) -> None:
        breaker = self._breakers[street]
        self._troubled.add(street)
        self._passes.discard(batch.id)
        if breaker.failed(reason, at):
            self.news.append((street, DOWN, reason, breaker.since or at))

    def _worked(self, street: Street, at: datetime) -> None:
        if street in self._troubled:
            if self._breakers[street].open:
                self.news.append((street, UP, "", at))
            self._troubled.discard(street)
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
            freed = await self._claims.release(*street, [*sorted(ROAD), DELAYED], at)
            log.warning("%s: answers again, %d batches are due now", name, freed)
            if name in await self._claims.down([name]):
                await self._claims.enter(UP, name, at, {"freed": freed})

    def _probing(self, street: Street, batches: list[Claimed], waiting: list[Outcome], at: datetime) -> list[Claimed]:
        going, held = self._breakers[street].sort(batches, at)
        self._passes.update(batch.id for batch in going)
        waiting.extend(_later(batch, due, batch.reason or DELAYED) for batch, due in held)
        return going

    def _thinned(self, street: Street, batches: list[Claimed], waiting: list[Outcome], at: datetime) -> list[Claimed]:
        crowd = self._crowds[street]
        if crowd.over(at):
            del self._crowds[street]
            return batches
        free = crowd.some(batches, at)
        waiting.extend(_later(batch, at + crowds.SECOND, batch.reason or crowds.REASON) for batch in batches[free:])
        return batches[:free]

    async def _robots(
        self, street: Street, red: bool, batches: list[Claimed], at: datetime, going: list[Claimed],
        waiting: list[Outcome],
    ) -> None:  # fmt: skip
        now, keys = at.timestamp(), [batch.robot_id or 0 for batch in batches]
        waits = await self._coordination.take(self._spaces[street], keys, self._limits[street], now, red=red)
        taken, mark = self._taken, (at + LATE, now)
        for batch, key, wait in zip(batches, keys, waits, strict=True):
            if wait:
                waiting.append(await self._in_line(street, key, batch, wait, at, red=red))
            else:
                taken[batch.id] = mark
                going.append(batch)

    async def _members(
        self, street: Street, red: bool, batches: list[Claimed], at: datetime, going: list[Claimed],
        waiting: list[Outcome],
    ) -> None:  # fmt: skip
        """Before its first attempt a batch leaves without those at a limit; later it is what it was, and waits."""
        now, space, limits = at.timestamp(), self._spaces[street], self._limits[street]
        mark = (at + LATE, now)
        apart: list[tuple[Claimed, dict[str, datetime]]] = []
        for batch in batches:
            keys, was_tried = keys_of(batch), tried(batch)
            waits = await self._coordination.take(space, keys, limits, now, red=red, together=was_tried)
            if not any(waits):
                self._taken[batch.id] = mark
                going.append(batch)
            elif len(keys) == 1:
                waiting.append(await self._in_line(street, keys[0], batch, waits[0], at, red=red))
            elif was_tried or all(waits):
                wait = max(waits) if was_tried else min(waits)
                waiting.append(_later(batch, at + timedelta(seconds=wait), batch.reason))
            else:
                held = {str(key): at + timedelta(seconds=wait) for key, wait in zip(keys, waits, strict=True) if wait}
                apart.append((batch, held))
        if apart:
            for batch in await self._claims.part(apart, at):
                self._taken[batch.id] = mark
                going.append(batch)

    async def _in_line(
        self, street: Street, key: Key, batch: Claimed, wait: float, at: datetime, *, red: bool
    ) -> Outcome:
        """Back to the queue until it is its turn; at least for so long as it was told."""
        turn = await given(
            self._coordination, self._claims, self._spaces[street], key, self._limits[street], batch, at, red=red
        )
        return _later(batch, max(turn, at + timedelta(seconds=wait)), batch.reason)

    async def _share(
        self, street: Street, red: bool, free: list[Claimed], at: datetime, waiting: list[Outcome]
    ) -> list[Claimed]:
        going, spent = await self._shares.admit(street, free, at, red=red)
        for outcome in spent:
            self._taken.pop(outcome.batch.id, None)
        mark = (at + LATE, at.timestamp())
        self._taken.update((batch.id, mark) for batch in going)
        waiting.extend(spent)
        return going

    async def _count_late(self) -> None:
        late, self._late = self._late, []
        for batch, taken, answered in late:
            street, keys = batch.street, keys_of(batch)
            limits = self._limits.get(street)
            if limits and answered is not None:
                await self._coordination.moved(self._spaces[street], keys, limits, taken, answered)
            elif limits:
                await self._coordination.undone(self._spaces[street], keys, limits, taken)
            if answered is not None:
                await self._shares.moved(street, batch.copies, taken, answered)
            else:
                await self._shares.unspent(street, batch.copies, taken)


def _later(batch: Claimed, due: datetime, reason: str) -> Outcome:
    return Outcome(batch, State.queued, reason, due, batch.parts_done, tried=False)
