"""Letting go of what is still queued when something newer takes its place."""

import json
from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from functools import partial

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from bot.deps import Deps
from bot.record.entries import record
from bot.sweeps.each import each
from broadcasts.alerts.models import Alert
from broadcasts.dispatch.models import Batch, Broadcast
from broadcasts.dispatch.states import Purpose, State
from broadcasts.dispatch.tallies import skip

SAYS = sa.or_(col(Broadcast.subject) == "", col(Broadcast.purpose) == Purpose.clip)  # an alert's texts and recordings


async def supersede(
    session: AsyncSession, alerts: Sequence[int], *, at: datetime, by: str, reason: str = "superseded"
) -> int:
    """Skip the queued batches of these alerts' broadcasts; what is being sent is left to its outcome."""
    if not alerts:
        return 0
    mine = sa.select(col(Broadcast.id)).where(col(Broadcast.alert_id).in_(alerts))
    return await let_go(session, mine, at=at, by=by, reason=reason)


async def let_go(session: AsyncSession, mine: sa.Select[str], *, at: datetime, by: str, reason: str) -> int:
    """Skip the queued batches of these broadcasts. How many."""
    done = await session.execute(
        sa.update(Batch)
        .where(col(Batch.broadcast_id).in_(mine), col(Batch.state) == State.queued)
        .values(state=State.skipped, reason=reason, settled_at=at)
        .returning(col(Batch.broadcast_id), col(Batch.channel), col(Batch.towns))
    )
    moved: Counter[tuple[str, str, int]] = Counter()
    rows = done.all()
    for broadcast_id, channel, towns in rows:
        for town, copies in json.loads(towns).items():
            moved[broadcast_id, channel, int(town)] += copies
    await skip(session, moved, at)
    for broadcast_id, batches in sorted(Counter(row.broadcast_id for row in rows).items()):
        record(session, by, "broadcast.superseded", broadcast_id, at, batches=batches, reason=reason)
    return len(rows)


async def supersede_late(deps: Deps, at: datetime) -> int:
    """What was being sent when its alert was replaced, and came back to the queue since: it is let go as well, that of
    each alert by itself."""
    late = (
        sa.select(col(Broadcast.alert_id))
        .join(Batch, col(Batch.broadcast_id) == col(Broadcast.id))
        .join(Alert, col(Alert.id) == col(Broadcast.alert_id))
        .where(sa.text("batch.state = 'queued'"), col(Alert.replaced_by).is_not(None), SAYS)
    )
    async with deps.glance() as session:
        found = [number for number in (await session.execute(late.distinct())).scalars() if number]
    return await each(deps, "release.superseded", found, partial(_supersede_one, at=at), at)


async def _supersede_one(session: AsyncSession, alert_id: int, *, at: datetime) -> int:
    return await supersede(session, [alert_id], at=at, by="system")
