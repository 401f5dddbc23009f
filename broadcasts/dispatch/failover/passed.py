"""A new copy by the target's next open road, within the same broadcast and for the same purpose; once by each road."""

from collections import Counter, defaultdict
from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from bot.config import Settings
from bot.directory.sets import parts
from bot.directory.tree import tree
from bot.record.entries import record
from broadcasts.dispatch.again import again
from broadcasts.dispatch.byhand import forwarders
from broadcasts.dispatch.failover.rules import About
from broadcasts.dispatch.failover.scopes import Scope
from broadcasts.dispatch.failover.stuck import Stuck
from broadcasts.dispatch.failover.targets import FOLLOWERS_ROADS, ReplyWindows, targets_of
from broadcasts.dispatch.failover.wording import Copy, Saying
from broadcasts.dispatch.models import Broadcast, Delivery
from broadcasts.dispatch.planning.plan import Plan
from broadcasts.dispatch.planning.write import Sending
from broadcasts.dispatch.sending.roads import REPLY, TEMPLATE, Roads, open_roads
from broadcasts.dispatch.states import Mode, Purpose

BY = "system"
Way = tuple[str, int, Purpose, int]  # a target, why and for the how-many-th time it is told


async def pass_on(
    session: AsyncSession, settings: Settings, broadcast: Broadcast, saying: Saying, scope: Scope,
    found: Sequence[Stuck], left: Collection[str], windows: ReplyWindows, at: datetime,
) -> int:  # fmt: skip
    """Give each of these copies' targets its next road that is open and not `left`; whoever has none keeps the first
    copy alone, and is not asked about again. How many copies."""
    roads = open_roads(settings)
    used = await _used(session, broadcast, found)
    targets = await targets_of(session, settings, scope, broadcast.road, found, windows, at)
    groups: defaultdict[tuple[Purpose, int, int, datetime | None], list[Copy]] = defaultdict(list)
    for one in found:
        if target := targets.get((one.kind, one.target_id)):
            before = used[one.kind, one.target_id, one.purpose, one.ordinal]
            ways = {name: to for name, to in target.roads.items() if name not in before}
            groups[one.purpose, one.ordinal, one.rank, one.expires_at].append((one, replace(target, roads=ways)))
    copies = 0
    for (purpose, ordinal, rank, expires), mine in groups.items():
        sending = _sending(broadcast, purpose, ordinal, rank, expires, at)
        if scope.about is About.warning:
            mine = await _by_hand(session, mine, roads)
        made = await saying.plan(session, mine, _open(roads, scope, purpose) - set(left))
        copies += await again(session, broadcast, made, sending, by=BY, at=at)
        if scope.about is About.warning:
            await forwarders.ask(session, settings, broadcast, made, await tree(session), sending, at)
        if answered := _answered(made):
            await windows.use(session, broadcast.road, answered)
    await _mark(session, found, at)
    causes = Counter(one.cause for one in found)
    record(session, BY, "broadcast.passed_on", broadcast.id, at, causes=dict(sorted(causes.items())), copies=copies)
    return copies


def _open(roads: Roads, scope: Scope, purpose: Purpose) -> frozenset[str]:
    """A follower may be answered while the window is open; a conversation is at most pointed to."""
    if scope.about is About.reply:
        return roads.channels & {TEMPLATE}
    return roads.channels & FOLLOWERS_ROADS if scope.about is About.follower else roads.of(purpose)


async def _by_hand(session: AsyncSession, copies: Sequence[Copy], roads: Roads) -> list[Copy]:
    targets = await forwarders.given(session, await tree(session), [target for _, target in copies], roads)
    return [(one, target) for (one, _), target in zip(copies, targets, strict=True)]


def _sending(
    broadcast: Broadcast, purpose: Purpose, ordinal: int, rank: int, expires: datetime | None, at: datetime
) -> Sending:
    return Sending(
        purpose,
        rank,
        dict.fromkeys(Mode, at),
        expires,
        broadcast.alert_id,
        broadcast.subject,
        road=broadcast.road,
        ordinal=ordinal,
        code=broadcast.code,
        drill=broadcast.drill,
    )


def _answered(made: Plan) -> set[str]:
    return {target.roads[REPLY] for batch in made.batches if batch.channel == REPLY for target in batch.targets}


async def _used(session: AsyncSession, broadcast: Broadcast, found: Sequence[Stuck]) -> defaultdict[Way, set[str]]:
    """The channels by which a target was told this of this broadcast, whatever became of the copy."""
    used: defaultdict[Way, set[str]] = defaultdict(set)
    ways: list[Any] = [Delivery.target_kind, Delivery.target_id, Delivery.purpose, Delivery.ordinal, Delivery.channel]
    for part in parts({one.target_id for one in found}):
        rows = await session.execute(
            sa.select(*ways).where(col(Delivery.broadcast_id) == broadcast.id, col(Delivery.target_id).in_(part))
        )
        for kind, number, purpose, ordinal, channel in rows:
            used[kind, number, purpose, ordinal].add(channel)
    return used


async def _mark(session: AsyncSession, found: Sequence[Stuck], at: datetime) -> None:
    """That another road was looked for, and why: of a copy that waits its batch tells how it stands now."""
    for cause in {one.cause for one in found}:
        for part in parts([one.id for one in found if one.cause == cause]):
            await session.execute(
                sa.update(Delivery).where(col(Delivery.id).in_(part)).values(passed_at=at, reason=cause)
            )
