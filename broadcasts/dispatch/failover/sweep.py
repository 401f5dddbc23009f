"""Every two seconds: which broadcasts have copies that need another road, and what another road has made needless."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from bot.config import Settings
from bot.deps import Deps
from bot.sweeps.each import each
from broadcasts.alerts.models import Alert, Status
from broadcasts.dispatch.failover.candidates import by_a_road, hanging, others, spent, warnings
from broadcasts.dispatch.failover.models import FailoverRule
from broadcasts.dispatch.failover.passed import pass_on
from broadcasts.dispatch.failover.rules import rule_for
from broadcasts.dispatch.failover.scopes import Scope, scopes
from broadcasts.dispatch.failover.spared import spare
from broadcasts.dispatch.failover.stuck import MOST, stuck
from broadcasts.dispatch.failover.targets import NoWindows, ReplyWindows
from broadcasts.dispatch.failover.troubles import Troubles, troubles
from broadcasts.dispatch.failover.wording import saying
from broadcasts.dispatch.models import Broadcast, Tally
from broadcasts.dispatch.states import Road
from broadcasts.hazards.grades import Grade

Ruled = list[tuple[Scope, FailoverRule]]
NOBODY = NoWindows()


async def sweep_due(deps: Deps, at: datetime, windows: ReplyWindows = NOBODY) -> int:
    """How many copies were let go, or got another road if there was one."""
    async with deps.read() as session:
        rows = [*await warnings(session, at), *await others(session, at)]
        if not rows:
            return 0
        rules, day = await _rules(session), at.astimezone(deps.settings.zone).date()
        found = [(row, mine) for row in rows if (mine := _ruled(rules, row, row.grade, day))]
        seen = await _seen(session, found, at)
        waiting = await spent(session) | await hanging(session, at)
    due = [
        row.id
        for row, mine in found
        if (row.passed and row.queued)
        or row.failed != row.failed_seen
        or row.id in waiting
        or (row.queued and any(seen[row.road].left(rule, at) for _, rule in mine))
    ]
    one = partial(_look_at, settings=deps.settings, rules=rules, seen=seen, windows=windows, at=at)
    done = last = await each(deps, "dispatch.failover", due, one, at)
    while last >= MOST:
        done += (last := await each(deps, "dispatch.failover", due, one, at))
    return done


def _ruled(rules: Sequence[FailoverRule], row: Any, grade: Grade | None, day: date) -> Ruled:
    """What of a broadcast follows which row, where there is one."""
    mine = (
        (scope, rule_for(rules, grade, day, scope.about)) for scope in scopes(row.purpose, row.subject, drill=row.drill)
    )
    return [(scope, rule) for scope, rule in mine if rule is not None]


async def _seen(session: AsyncSession, found: Iterable[tuple[Any, Ruled]], at: datetime) -> Mapping[Road, Troubles]:
    """By road; how long calls take is asked only where somebody cares."""
    slow: dict[Road, bool] = {}
    for row, mine in found:
        asks = bool(row.queued) and any(rule.slow_seconds is not None for _, rule in mine)
        slow[row.road] = slow.get(row.road, False) or asks
    return {road: await troubles(session, at, slow=asks, road=road) for road, asks in slow.items()}


async def _look_at(
    session: AsyncSession, broadcast_id: str, *, settings: Settings, rules: Sequence[FailoverRule],
    seen: Mapping[Road, Troubles], windows: ReplyWindows, at: datetime,
) -> int:  # fmt: skip
    broadcast = await session.get(Broadcast, broadcast_id, with_for_update=True)
    if broadcast is None:
        return 0
    alert = await session.get(Alert, broadcast.alert_id) if broadcast.alert_id else None
    if not broadcast.subject and (alert is None or alert.status is not Status.issued):
        return 0
    done = await spare(session, broadcast_id, at)
    failed, most = await _failed(session, broadcast_id), 0
    said = await saying(session, settings, broadcast, alert, at)
    day = at.astimezone(settings.zone).date()
    for scope, rule in _ruled(rules, broadcast, alert.grade if alert else None, day):
        left = seen[broadcast.road].left(rule, at)
        found = await stuck(session, broadcast, scope, left, timedelta(seconds=rule.after_seconds), at)
        if found:
            await pass_on(session, settings, broadcast, said, scope, found, left, windows, at)
        done, most = done + len(found), max(most, len(found))
    if most < MOST:
        broadcast.failed_seen = failed
        session.add(broadcast)
    return done


async def _rules(session: AsyncSession) -> Sequence[FailoverRule]:
    return (await session.execute(select(FailoverRule))).scalars().all()


async def _failed(session: AsyncSession, broadcast_id: str) -> int:
    total = sa.select(sa.func.coalesce(sa.func.sum(col(Tally.copies)), 0))
    return int(await session.scalar(total.where(col(Tally.broadcast_id) == broadcast_id, by_a_road())) or 0)
