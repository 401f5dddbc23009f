"""What became of a broadcast's recordings, for the pages that show the broadcast."""

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from broadcasts.clips.messages.follow import OUT
from broadcasts.clips.models import ClipFollow
from broadcasts.dispatch.models import Batch, Delivery
from broadcasts.dispatch.queries import recordings
from broadcasts.dispatch.states import State


@dataclass(frozen=True)
class Told:
    """Of so many people: how many WeCom took a recording for, and why others got none, the most first."""

    people: int
    taken: int
    open: int
    without: Sequence[tuple[str, int]]


async def told(session: AsyncSession, broadcast_id: str) -> Told | None:
    """None where no recording follows it. Who was tried twice is counted by the last time."""
    mine = col(Delivery.broadcast_id).in_(recordings(broadcast_id))
    last = sa.select(sa.func.max(col(Delivery.id))).where(mine).group_by(col(Delivery.target_id))
    state = sa.func.coalesce(col(Delivery.state), col(Batch.state))
    why = sa.case((col(Delivery.state).is_not(None), col(Delivery.reason)), else_=col(Batch.reason))
    rows = await session.execute(
        sa.select(state, why, sa.func.count())
        .join(Batch, col(Batch.id) == col(Delivery.batch_id))
        .where(col(Delivery.id).in_(last))
        .group_by(state, why)
    )
    counts = [(State(one), reason, number) for one, reason, number in rows]
    lacking = (
        sa.select(col(ClipFollow.reason), sa.func.sum(col(ClipFollow.lacking)))
        .where(col(ClipFollow.broadcast_id) == broadcast_id, col(ClipFollow.lacking) > 0)
        .group_by(col(ClipFollow.reason))
    )
    without = [(reason, int(number)) for reason, number in await session.execute(lacking)]
    moving = (State.queued, State.sending)
    without += [(reason, number) for one, reason, number in counts if one not in (*OUT, *moving)]
    if not counts and not without:
        return None
    taken = sum(number for one, _, number in counts if one in OUT)
    open_ = sum(number for one, _, number in counts if one in moving)
    people = taken + open_ + sum(number for _, number in without)
    return Told(people, taken, open_, sorted(without, key=lambda pair: -pair[1]))
