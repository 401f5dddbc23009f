"""What the targets of a road share: who of those that their own windows let go finds room in its quotas."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from bot.channels.contract import Channel
from bot.channels.wecom_app.cards import INTERFACES, Interfaces
from bot.channels.wecom_app.limits import NAME as APPLICATION
from bot.coordination.contract import Coordination, Granted, Key, Limit
from broadcasts.dispatch.claims.contract import Attempted, Claimed, Claims, Outcome
from broadcasts.dispatch.sending.breaker import MAYBE
from broadcasts.dispatch.sending.later import later
from broadcasts.dispatch.states import State

Street = tuple[str, str]  # (road, channel)


SPENT = "limit"  # why a copy waits for which there is no room
OWN = "no_room"  # the same of one that was tried: what the platform answered is told apart


class Shares:
    """`limits` are each street's own windows: a call that finds no room here is not counted there either."""

    def __init__(
        self,
        channels: Mapping[Street, Channel],
        coordination: Coordination,
        claims: Claims,
        limits: Mapping[Street, Sequence[Limit]],
        slack: float,
        interfaces: Interfaces = INTERFACES,
    ) -> None:
        """`slack`: seconds by which windows are kept longer than they are."""
        self._coordination, self._claims, self._limits = coordination, claims, limits
        known = {street: [q for q in channel.quotas if q.most is not None] for street, channel in channels.items()}
        roads = [road for road, name in channels if name == APPLICATION]
        known |= {(road, form): list(quotas) for road in roads for form, quotas in interfaces.items()}
        self._days = {street: tuple(q for q in quotas if q.daily) for street, quotas in known.items()}
        self._windows = {
            street: tuple(replace(q, seconds=q.seconds + slack) for q in quotas if not q.daily)
            for street, quotas in known.items()
        }
        self._all = {street: (*self._days[street], *self._windows[street]) for street in known}

    def of(self, street: Street) -> bool:
        """Whether the road has any."""
        return bool(self._all.get(street))

    @property
    def longest(self) -> float:
        return max((one.seconds for quotas in self._windows.values() for one in quotas), default=0.0)

    async def admit(
        self, street: Street, batches: Sequence[Claimed], at: datetime, *, red: bool
    ) -> tuple[list[Claimed], list[Outcome]]:
        """Those for whom there is room, which is theirs from now on, and what becomes of the others. Where there is
        room for some of a batch's members, it leaves without the rest, before its first attempt."""
        going: list[Claimed] = []
        waiting: list[Outcome] = []
        for batch, (wait, room) in zip(batches, await self._spend(street, batches, at, red), strict=True):
            due = at + timedelta(seconds=wait)
            if not wait:
                going.append(batch)
            elif 0 < room < batch.copies and batch.members and not tried(batch):
                held = {str(key): due for key in keys_of(batch)[room:]}
                (less,) = await self._claims.part([(batch, held)], at)
                await self._undone(street, list(held), at)
                ((again, _),) = await self._spend(street, [less], at, red)
                if again:
                    waiting.append(await self._put_off(street, less, at, at + timedelta(seconds=again)))
                else:
                    going.append(less)
            else:
                waiting.append(await self._put_off(street, batch, at, due))
        return going, waiting

    async def _spend(self, street: Street, batches: Sequence[Claimed], at: datetime, red: bool) -> list[Granted]:
        copies = [batch.copies for batch in batches]
        return await self._coordination.spend(street[0], self._all[street], copies, at.timestamp(), red=red)

    async def _put_off(self, street: Street, batch: Claimed, at: datetime, due: datetime) -> Outcome:
        """It waits for the next day or minute; where it is over by then, it has failed, and may take another road."""
        await self._undone(street, keys_of(batch), at)
        if batch.expires_at is not None and batch.expires_at <= due:
            return Outcome(batch, State.failed, SPENT, parts_done=batch.parts_done, tried=False)
        reason = batch.reason if batch.reason in MAYBE else OWN if batch.attempts else SPENT
        return later(batch, due, reason)

    async def _undone(self, street: Street, keys: Sequence[Key], at: datetime) -> None:
        if limits := self._limits.get(street):
            await self._coordination.undone("/".join(street), keys, limits, at.timestamp())

    async def moved(self, street: Street, copies: int, taken: float, answered: float) -> None:
        """A call was answered late: the platform may have counted it as late."""
        if windows := self._windows.get(street):
            await self._coordination.spent(street[0], windows, 1, copies, answered, taken)

    async def unspent(self, street: Street, copies: int, taken: float) -> None:
        """A call did not leave after all."""
        if quotas := self._all.get(street):
            await self._coordination.unspent(street[0], quotas, 1, copies, taken)

    async def count(self, rows: Iterable[Attempted], at: datetime) -> None:
        """After a restart: windows from what left lately, days from their sums."""
        for row in rows:
            if windows := self._windows.get(row.street):
                calls, when = row.attempts, row.at.timestamp()
                await self._coordination.spent(row.road, windows, calls, calls * row.copies, when)
        for began in sorted({quota.ends(at.timestamp()) - quota.seconds for q in self._days.values() for quota in q}):
            for road, channel, calls, copies in await self._claims.spent(datetime.fromtimestamp(began, UTC)):
                days = [q for q in self._days.get((road, channel), ()) if q.ends(at.timestamp()) - q.seconds == began]
                if days:
                    await self._coordination.spent(road, days, calls, copies, at.timestamp())


def keys_of(batch: Claimed | Attempted) -> Sequence[Key]:
    """Whose windows a batch asks: its members, folded as WeCom compares them, else its robot."""
    return batch.members.lower().split("|") if batch.members is not None else (batch.robot_id or 0,)


def tried(batch: Claimed) -> bool:
    """Whether it may have left: then it is what it was."""
    return bool(batch.attempts or batch.parts_done)
