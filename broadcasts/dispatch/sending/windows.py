"""Who of those that may leave has room: in the windows of robots and members, and in what all on their road share.

The platform may count a call as late as it answers it. So windows are kept a little longer than they are, and a call
that took longer than that little is counted again where its answer came.
"""

from collections import defaultdict
from collections.abc import Mapping
from datetime import datetime, timedelta

from bot.channels.contract import Channel
from bot.channels.wecom_app.cards import INTERFACES, Interfaces
from bot.coordination.contract import Coordination, Key, Limit
from broadcasts.dispatch.claims.contract import Claimed, Claims, Outcome
from broadcasts.dispatch.sending.later import later
from broadcasts.dispatch.sending.shares import Shares, Street, keys_of, tried
from broadcasts.dispatch.sending.turns import given

SLACK = 0.25  # seconds
LATE = timedelta(seconds=SLACK)
Taken = tuple[datetime, float]  # from when an answer is late, and when its windows were asked


class Windows:
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
        self.taken: dict[int, Taken] = {}  # by batch
        self.late: list[tuple[Claimed, float, float | None]] = []  # when it was counted, and answered if it was

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

    async def admit(
        self, street: Street, red: bool, batches: list[Claimed], at: datetime, waiting: list[Outcome]
    ) -> list[Claimed]:
        """Those for whom there is room, which is theirs from now on; the others are added to `waiting`."""
        going: list[Claimed] = []
        if not self._limits.get(street):
            going.extend(batches)
        elif batches and batches[0].members is None:
            await self._robots(street, red, batches, at, going, waiting)
        else:
            await self._members(street, red, batches, at, going, waiting)
        if going and self._shares.of(street):
            return await self._share(street, red, going, at, waiting)
        return going

    async def _robots(
        self, street: Street, red: bool, batches: list[Claimed], at: datetime, going: list[Claimed],
        waiting: list[Outcome],
    ) -> None:  # fmt: skip
        now, keys = at.timestamp(), [batch.robot_id or 0 for batch in batches]
        waits = await self._coordination.take(self._spaces[street], keys, self._limits[street], now, red=red)
        taken, mark = self.taken, (at + LATE, now)
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
                self.taken[batch.id] = mark
                going.append(batch)
            elif len(keys) == 1:
                waiting.append(await self._in_line(street, keys[0], batch, waits[0], at, red=red))
            elif was_tried or all(waits):
                wait = max(waits) if was_tried else min(waits)
                waiting.append(later(batch, at + timedelta(seconds=wait), batch.reason))
            else:
                held = {str(key): at + timedelta(seconds=wait) for key, wait in zip(keys, waits, strict=True) if wait}
                apart.append((batch, held))
        if apart:
            for batch in await self._claims.part(apart, at):
                self.taken[batch.id] = mark
                going.append(batch)

    async def _in_line(
        self, street: Street, key: Key, batch: Claimed, wait: float, at: datetime, *, red: bool
    ) -> Outcome:
        """Back to the queue until it is its turn; at least for so long as it was told."""
        turn = await given(
            self._coordination, self._claims, self._spaces[street], key, self._limits[street], batch, at, red=red
        )
        return later(batch, max(turn, at + timedelta(seconds=wait)), batch.reason)

    async def _share(
        self, street: Street, red: bool, free: list[Claimed], at: datetime, waiting: list[Outcome]
    ) -> list[Claimed]:
        going, spent = await self._shares.admit(street, free, at, red=red)
        for outcome in spent:
            self.taken.pop(outcome.batch.id, None)
        mark = (at + LATE, at.timestamp())
        self.taken.update((batch.id, mark) for batch in going)
        waiting.extend(spent)
        return going

    async def count_late(self) -> None:
        """What never left gives back what it took; what was answered late is counted where its answer came."""
        late, self.late = self.late, []
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
