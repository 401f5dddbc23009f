"""Which broadcasts may have copies that need another road: few statements, however many messages left."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from bot.ids import earliest
from broadcasts.alerts.models import Alert, Status
from broadcasts.dispatch.failover.scopes import FIRST
from broadcasts.dispatch.failover.stuck import SPENT
from broadcasts.dispatch.models import Batch, Broadcast, Delivery, Recall, Tally
from broadcasts.dispatch.states import Road, State

LASTS = timedelta(hours=24)  # after which a broadcast has found its roads, or never will
SOONEST = timedelta(seconds=5)  # no rule leaves a call sooner
# As text: a bound parameter would keep SQLite from its partial indexes.
FAILED = sa.text("tally.state = 'failed'")
QUEUED = sa.text("batch.state = 'queued' AND batch.reason <> ''")
OPEN = sa.text("batch.state = 'sending'")


async def warnings(session: AsyncSession, at: datetime) -> Sequence[Any]:
    """Broadcasts of live alerts in force, with what of them is queued, has failed, was passed on or waits and was
    not."""
    wanted = _rows().where(
        col(Broadcast.subject) == "",
        col(Broadcast.drill).is_(False),
        col(Broadcast.road) == Road.live,
        col(Broadcast.purpose).in_(FIRST),
        col(Broadcast.started_at) > at - LASTS,
        col(Alert.status) == Status.issued,
        sa.or_(col(Alert.expires).is_(None), col(Alert.expires) > at),
    )
    return [*await session.execute(wanted)]


async def others(session: AsyncSession, at: datetime) -> Sequence[Any]:
    """Drills and service messages of which a copy has failed, or waits, or a call is open for long: of these there are
    many, and of most nothing is to be said."""
    since = col(Broadcast.id) > earliest(at - LASTS)
    failed = sa.select(col(Tally.broadcast_id)).where(FAILED, col(Tally.broadcast_id) > earliest(at - LASTS))
    waits = sa.select(col(Batch.broadcast_id)).where(QUEUED)
    open_ = sa.select(col(Batch.broadcast_id)).where(OPEN, col(Batch.attempted_at) <= at - SOONEST)
    found = sa.union(failed, waits, open_)
    wanted = _rows().where(
        since, col(Broadcast.id).in_(found), sa.or_(col(Broadcast.subject) != "", col(Broadcast.drill))
    )
    return [*await session.execute(wanted)]


def _rows() -> sa.Select[Any]:
    copies = col(Tally.copies)
    queued = sa.func.sum(sa.case((col(Tally.state) == State.queued, copies), else_=0)).label("queued")
    failed = sa.func.sum(sa.case((by_a_road(), copies), else_=0)).label("failed")
    passed = sa.exists().where(
        col(Delivery.broadcast_id) == col(Broadcast.id),
        col(Delivery.passed_at).is_not(None),
        col(Delivery.state).is_(None),
    )
    waits = (
        sa.exists()
        .where(col(Delivery.broadcast_id) == col(Broadcast.id), col(Delivery.batch_id) == col(Batch.id))
        .where(col(Delivery.passed_at).is_(None), col(Delivery.state).is_(None))
        .where(col(Batch.state).in_((State.queued, State.sending)))
    )
    own: list[Any] = [
        Broadcast.id,
        Broadcast.subject,
        Broadcast.purpose,
        Broadcast.drill,
        Broadcast.road,
        Broadcast.failed_seen,
    ]
    columns: list[Any] = [*own, col(Alert.grade)]
    return (
        sa.select(*columns, queued, failed, passed.label("passed"), waits.label("waits"))
        .join(Alert, col(Alert.id) == col(Broadcast.alert_id), isouter=True)
        .join(Tally, col(Tally.broadcast_id) == col(Broadcast.id))
        .where(~sa.exists().where(col(Recall.broadcast_id) == col(Broadcast.id)))
        .group_by(*columns)
        .order_by(col(Broadcast.id))
    )


def by_a_road() -> sa.ColumnElement[bool]:
    return (col(Tally.state) == State.failed) & (col(Tally.channel) != "")


async def spent(session: AsyncSession) -> set[str]:
    """Broadcasts of which something waits for want of room."""
    wanted = sa.select(col(Batch.broadcast_id)).where(QUEUED, col(Batch.reason).in_(SPENT)).distinct()
    return set((await session.execute(wanted)).scalars())


async def hanging(session: AsyncSession, at: datetime) -> set[str]:
    """Broadcasts of which a call is open for long, or was made in vain."""
    tried = sa.or_(sa.and_(OPEN, col(Batch.attempted_at) <= at - SOONEST), sa.and_(QUEUED, col(Batch.attempts) > 0))
    return set((await session.execute(sa.select(col(Batch.broadcast_id)).where(tried).distinct())).scalars())
