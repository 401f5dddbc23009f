"""A copy that still waits for its road is let go once another road has brought the message; a call is not, since a
message wakes nobody."""

import json
from collections import Counter, defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased
from sqlmodel import col

from bot.directory.sets import parts
from broadcasts.answers.counted import CALLS
from broadcasts.dispatch.models import Batch, Delivery
from broadcasts.dispatch.sending.breaker import MAYBE
from broadcasts.dispatch.states import State
from broadcasts.dispatch.tallies import skip

REASON = "other_road"
TELLS = ("sms", "oa_template", "oa_notice")  # what became of these is told afterwards: taken is not there


async def spare(session: AsyncSession, broadcast_id: str, at: datetime) -> int:
    """How many copies. What may have arrived, for its answer was lost, stays as it is; of a batch with several members
    each is let go only where all are."""
    rows = await served(session, [broadcast_id])
    batches: defaultdict[int, list[Any]] = defaultdict(list)
    for row in rows:
        batches[row.batch].append(row)
    whole = [number for number, members in batches.items() if len(members) == members[0].size]
    gone = 0
    for part in parts(whole):
        done = await session.execute(
            sa.update(Batch)
            .where(col(Batch.id).in_(part), *_waits())
            .values(state=State.skipped, reason=REASON, settled_at=at)
            .returning(col(Batch.broadcast_id), col(Batch.channel), col(Batch.towns))
        )
        copies: Counter[tuple[str, str, int]] = Counter()
        for broadcast, channel, towns in done.all():
            for town, number in json.loads(towns).items():
                copies[broadcast, channel, int(town)] += number
        await skip(session, copies, at)
        gone += sum(copies.values())
    return gone


def _waits() -> tuple[sa.ColumnElement[bool], ...]:
    return col(Batch.state) == State.queued, col(Batch.reason).not_in(MAYBE), col(Batch.parts_done) == 0


async def served(session: AsyncSession, broadcasts: Sequence[str]) -> Sequence[Any]:
    """Their waiting copies whose target has a later one that was taken."""
    later, taken = aliased(Delivery), aliased(Batch)
    arrived = (
        sa.select(col(later.id))
        .join(taken, col(taken.id) == col(later.batch_id))
        .where(
            col(later.broadcast_id) == col(Delivery.broadcast_id),
            col(later.target_kind) == col(Delivery.target_kind),
            col(later.target_id) == col(Delivery.target_id),
            col(later.purpose) == col(Delivery.purpose),
            col(later.id) > col(Delivery.id),
            col(later.state).is_(None),
            sa.or_(
                col(taken.state) == State.delivered,
                (col(taken.state) == State.sent) & col(taken.channel).not_in(TELLS),
            ),
        )
    )
    columns: list[Any] = [col(Delivery.broadcast_id), col(Batch.id).label("batch"), col(Batch.size)]
    wanted = (
        sa.select(*columns)
        .join(Batch, col(Batch.id) == col(Delivery.batch_id))
        .where(
            col(Delivery.broadcast_id).in_(broadcasts),
            col(Delivery.passed_at).is_not(None),
            col(Delivery.state).is_(None),
            *_waits(),
            col(Batch.channel).not_in(CALLS),
            arrived.exists(),
        )
    )
    return [*await session.execute(wanted)]
