"""Copies that were let go of as expired by a clock that was ahead, and are not expired by the right one: they are due
now. Copies of what is over, was taken back or is a drill are not."""

import json
from collections import Counter
from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from bot.directory.sets import parts
from bot.ids import earliest
from bot.record.entries import record
from broadcasts.alerts.models import Alert, Kind, Status
from broadcasts.dispatch.alert import NO_END
from broadcasts.dispatch.byhand import tasks
from broadcasts.dispatch.models import Batch, Broadcast, Delivery, Recall
from broadcasts.dispatch.planning.plan import BY_HAND
from broadcasts.dispatch.set_back import AHEAD
from broadcasts.dispatch.states import State
from broadcasts.dispatch.tallies import Key, add

BY, EXPIRED = "system", "expired"


async def bring_back(session: AsyncSession, alerts: Sequence[int], at: datetime) -> int:
    """`alerts` are in force again: what nobody had forwarded or read out of them is a task again. How many batches are
    due."""
    done = await session.execute(
        sa.update(Batch)
        .where(col(Batch.id).in_(_skipped(at)), col(Batch.state) == State.skipped)
        .values(state=State.queued, reason="", settled_at=None, due_at=at)
        .returning(col(Batch.broadcast_id), col(Batch.channel), col(Batch.towns))
    )
    rows, moved = done.all(), Counter[Key]()
    for broadcast_id, channel, towns in rows:
        for town, copies in json.loads(towns).items():
            moved[broadcast_id, channel, int(town), State.skipped.value] -= copies
            moved[broadcast_id, channel, int(town), State.queued.value] += copies
    await add(session, moved)
    batches = Counter(row.broadcast_id for row in rows)
    batches.update(dict.fromkeys(await _by_hand(session, alerts, at), 0))
    for part in parts(sorted(batches)):
        await session.execute(sa.update(Broadcast).where(col(Broadcast.id).in_(part)).values(finished_at=None))
    for broadcast_id in sorted(batches):
        record(session, BY, "broadcast.due_again", broadcast_id, at, batches=batches[broadcast_id])
    return len(rows)


def _skipped(at: datetime) -> sa.Select[int]:
    """What ends with its alert, and what has no such end and was written before the time to come. What is worth some
    minutes alone, as a call is, comes again by itself."""
    before = sa.and_(col(Alert.expires).is_(None), col(Broadcast.started_at) <= at + AHEAD)
    return (
        sa.select(col(Batch.id))
        .join(Broadcast, col(Broadcast.id) == col(Batch.broadcast_id))
        .outerjoin(Alert, col(Alert.id) == col(Broadcast.alert_id))
        .where(
            col(Broadcast.id).in_(_wanted(at)),
            col(Batch.state) == State.skipped,
            col(Batch.reason) == EXPIRED,
            col(Batch.settled_at) > at + AHEAD,
            col(Batch.expires_at) > at,
            sa.or_(col(Batch.expires_at) == col(Alert.expires), before),
        )
    )


def _wanted(at: datetime) -> sa.Select[str]:
    """The broadcasts of what is in force, and the day's of no alert at all."""
    standing = sa.select(col(Alert.id)).where(
        col(Alert.status).in_([Status.issued, Status.held]),
        col(Alert.kind) != Kind.drill,
        sa.or_(col(Alert.expires).is_(None), col(Alert.expires) > at),
    )
    day = sa.and_(col(Broadcast.alert_id).is_(None), col(Broadcast.id) > earliest(at - NO_END))
    recalled = sa.exists().where(col(Recall.broadcast_id) == col(Broadcast.id))
    which = sa.or_(col(Broadcast.alert_id).in_(standing), day)
    return sa.select(col(Broadcast.id)).where(which, ~col(Broadcast.drill), ~recalled)


async def _by_hand(session: AsyncSession, alerts: Sequence[int], at: datetime) -> list[str]:
    """The broadcasts of these alerts of which something is to be done by hand again."""
    rows = await session.execute(
        sa.select(col(Delivery.id), col(Delivery.broadcast_id))
        .join(Broadcast, col(Broadcast.id) == col(Delivery.broadcast_id))
        .where(
            col(Broadcast.alert_id).in_(alerts),
            col(Delivery.channel).in_(BY_HAND),
            col(Delivery.state) == State.skipped,
            col(Delivery.reason) == EXPIRED,
        )
    )
    found = {row.id: row.broadcast_id for row in rows}
    for part in parts(found):
        await tasks.settle(session, part, State.queued, at, before=(State.skipped,))
    return sorted({*found.values()})
