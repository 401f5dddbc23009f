"""Every two seconds: which broadcasts have copies that need another road, and what another road has made needless."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from bot.config import Settings
from bot.deps import Deps
from bot.sweeps.each import each
from broadcasts.alerts.models import Alert, Status
from broadcasts.dispatch.failover.models import FailoverRule
from broadcasts.dispatch.failover.passed import pass_on
from broadcasts.dispatch.failover.rules import rule_for
from broadcasts.dispatch.failover.spared import spare
from broadcasts.dispatch.failover.stuck import MOST, PURPOSES, SPENT, stuck
from broadcasts.dispatch.failover.troubles import Troubles, troubles
from broadcasts.dispatch.models import Batch, Broadcast, Delivery, Recall, Tally
from broadcasts.dispatch.states import Road, State

LASTS = timedelta(hours=24)  # after which a broadcast has found its roads, or never will


async def sweep_due(deps: Deps, at: datetime) -> int:
    """How many copies were let go, or got another road if there was one."""
    async with deps.read() as session:
        rows = await _open(session, at)
        if not rows:
            return 0
        rules = await _rules(session)
        day = at.astimezone(deps.settings.zone).date()
        found = [(row, rule) for row in rows if (rule := rule_for(rules, row.grade, day))]
        asked = any(rule.slow_seconds is not None and row.queued for row, rule in found)
        seen = await troubles(session, at, slow=asked)
        spent = await _spent(session)
    due = [
        row.id
        for row, rule in found
        if (row.passed and row.queued)
        or row.failed != row.failed_seen
        or row.id in spent
        or (row.queued and seen.left(rule, at))
    ]
    one = partial(_look_at, settings=deps.settings, seen=seen, at=at)
    done = last = await each(deps, "dispatch.failover", due, one, at)
    while last >= MOST:
        done += (last := await each(deps, "dispatch.failover", due, one, at))
    return done


async def _look_at(
    session: AsyncSession, broadcast_id: str, *, settings: Settings, seen: Troubles, at: datetime
) -> int:
    broadcast = await session.get(Broadcast, broadcast_id, with_for_update=True)
    alert = await session.get(Alert, broadcast.alert_id) if broadcast else None
    day = at.astimezone(settings.zone).date()
    rule = rule_for(await _rules(session), alert.grade, day) if alert else None
    if broadcast is None or alert is None or rule is None or alert.status is not Status.issued:
        return 0
    done = await spare(session, broadcast_id, at)
    failed, left = await _failed(session, broadcast_id), seen.left(rule, at)
    found = await stuck(session, broadcast, left, timedelta(seconds=rule.after_seconds), at)
    if found:
        await pass_on(session, settings, broadcast, alert, found, left, at)
    if len(found) < MOST:
        broadcast.failed_seen = failed
        session.add(broadcast)
    return done + len(found)


async def _rules(session: AsyncSession) -> Sequence[FailoverRule]:
    return (await session.execute(select(FailoverRule))).scalars().all()


async def _open(session: AsyncSession, at: datetime) -> Sequence[Any]:
    """Broadcasts of live alerts in force, with what of them is queued, has failed or was passed on."""
    copies = col(Tally.copies)
    queued = sa.func.sum(sa.case((col(Tally.state) == State.queued, copies), else_=0)).label("queued")
    failed = sa.func.sum(sa.case((_by_a_road(), copies), else_=0)).label("failed")
    passed = sa.exists().where(
        col(Delivery.broadcast_id) == col(Broadcast.id),
        col(Delivery.passed_at).is_not(None),
        col(Delivery.state).is_(None),
    )
    wanted = (
        sa.select(
            col(Broadcast.id), col(Broadcast.failed_seen), col(Alert.grade), queued, failed, passed.label("passed")
        )
        .join(Alert, col(Alert.id) == col(Broadcast.alert_id))
        .join(Tally, col(Tally.broadcast_id) == col(Broadcast.id))
        .where(
            col(Broadcast.subject) == "",
            col(Broadcast.drill).is_(False),
            col(Broadcast.road) == Road.live,
            col(Broadcast.purpose).in_(PURPOSES),
            col(Broadcast.started_at) > at - LASTS,
            ~sa.exists().where(col(Recall.broadcast_id) == col(Broadcast.id)),
            col(Alert.status) == Status.issued,
            sa.or_(col(Alert.expires).is_(None), col(Alert.expires) > at),
        )
        .group_by(col(Broadcast.id), col(Broadcast.failed_seen), col(Alert.grade))
        .order_by(col(Broadcast.id))
    )
    return [*await session.execute(wanted)]


def _by_a_road() -> sa.ColumnElement[bool]:
    return (col(Tally.state) == State.failed) & (col(Tally.channel) != "")


async def _failed(session: AsyncSession, broadcast_id: str) -> int:
    total = sa.select(sa.func.coalesce(sa.func.sum(col(Tally.copies)), 0))
    return int(await session.scalar(total.where(col(Tally.broadcast_id) == broadcast_id, _by_a_road())) or 0)


async def _spent(session: AsyncSession) -> set[str]:
    """Broadcasts of which something waits for want of room."""
    waits = sa.text("batch.state = 'queued' AND batch.reason <> ''")  # as the partial index has it
    wanted = sa.select(col(Batch.broadcast_id)).where(waits, col(Batch.reason) == SPENT).distinct()
    return set((await session.execute(wanted)).scalars())
