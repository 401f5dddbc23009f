"""The copies of one broadcast that need another road: what failed for the road's sake, and what waits for a road that a
rule leaves."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from broadcasts.answers.latest import latest
from broadcasts.answers.models import Answer
from broadcasts.dispatch.failover.rules import OF_THE_COPY
from broadcasts.dispatch.failover.troubles import SLOW
from broadcasts.dispatch.models import Batch, Broadcast, Delivery
from broadcasts.dispatch.states import Purpose, State

PURPOSES = (Purpose.first, Purpose.update, Purpose.all_clear)  # the ladder tells again by itself
KINDS = ("person", "group")
SPENT = "limit"
MOST = 2000  # in one transaction: nobody waits for the lock for long
SOON = timedelta(minutes=2)  # longer than any look whether a road is back


@dataclass(frozen=True)
class Stuck:
    """A copy, and why its road is left."""

    id: int
    kind: str
    target_id: int
    wake: bool
    cause: str


async def stuck(
    session: AsyncSession, broadcast: Broadcast, left: Mapping[str, str], after: timedelta, at: datetime
) -> list[Stuck]:
    """`left` are the channels that are not waited for, with the reason; `after`: what falls due later than that for
    want of room waits too long. Nobody who has answered, nobody for whom another road was looked for already.
    The first of them; whoever gets that many asks again."""
    failed = sa.func.coalesce(col(Delivery.state), col(Batch.state)) == State.failed.value
    reason = sa.case((col(Delivery.state).is_not(None), col(Delivery.reason)), else_=col(Batch.reason))
    spent = (
        col(Delivery.state).is_(None)
        & (col(Batch.state) == State.queued)
        & (col(Batch.reason) == SPENT)
        & (col(Batch.due_at) > at + after)
    )
    waits = [(_waits(broadcast, channel, why, after, at), sa.literal(why)) for channel, why in left.items()]
    cause = sa.case((failed, reason), (spent, SPENT), *waits)
    last = latest(col(Answer.broadcast_id) == broadcast.id)
    person = col(Delivery.target_kind) == "person"
    rows = await session.execute(
        sa.select(col(Delivery.id), col(Delivery.target_kind), col(Delivery.target_id), col(Batch.wake), cause)
        .join(Batch, col(Batch.id) == col(Delivery.batch_id))
        .join(last, person & (last.c.person_id == col(Delivery.target_id)), isouter=True)
        .where(
            col(Delivery.broadcast_id) == broadcast.id,
            col(Batch.broadcast_id) == broadcast.id,
            col(Delivery.passed_at).is_(None),
            col(Delivery.purpose).in_(PURPOSES),
            col(Delivery.target_kind).in_(KINDS),
            last.c.id.is_(None),
            sa.or_(failed & reason.not_in(OF_THE_COPY), spent, *(waiting for waiting, _ in waits)),
        )
        .order_by(col(Delivery.id))
        .limit(MOST)
    )
    return [Stuck(*row) for row in rows]


def _waits(broadcast: Broadcast, channel: str, why: str, after: timedelta, at: datetime) -> sa.ColumnElement[bool]:
    """A copy that has not left; what waits for the morning is left alone. A slow road may have it in hand, and is
    given its time from the beginning."""
    slow = why == SLOW
    states = [State.queued, State.sending] if slow else [State.queued]
    begun = sa.literal(not slow or broadcast.started_at + after <= at)
    due = col(Batch.due_at) <= (at if slow else at + SOON)
    return begun & col(Delivery.state).is_(None) & col(Batch.state).in_(states) & (col(Batch.channel) == channel) & due
