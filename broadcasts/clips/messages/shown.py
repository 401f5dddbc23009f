"""What became of a broadcast's recordings, for the pages that show the broadcast."""

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from broadcasts.clips.messages.follow import OUT
from broadcasts.clips.models import ClipFollow
from broadcasts.dispatch.models import Batch, Delivery, Tally
from broadcasts.dispatch.queries import recordings
from broadcasts.dispatch.states import State

MOVING = (State.queued, State.sending)
Count = tuple[State, str, int]  # with the reason


@dataclass(frozen=True)
class Told:
    """Of so many people: how many WeCom took a recording for, and why others got none, the most first."""

    people: int
    taken: int
    open: int
    without: Sequence[tuple[str, int]]


async def told(session: AsyncSession, broadcast_id: str) -> Told | None:
    """None where no recording follows it. Who was tried twice is counted by the last time. It is asked at each look:
    copies are read only where some did not get through."""
    looked = (
        sa.select(col(ClipFollow.reason), sa.func.sum(col(ClipFollow.lacking)))
        .where(col(ClipFollow.broadcast_id) == broadcast_id)
        .group_by(col(ClipFollow.reason))
    )
    found = [(reason, int(number)) for reason, number in await session.execute(looked)]
    if not found:  # nobody has looked whether a recording fits
        return None
    counts = await _tallied(session, broadcast_id)
    if any(one not in (*OUT, *MOVING) for one, _, _ in counts):
        counts = await _counted(session, broadcast_id)
    without = [(reason, number) for reason, number in found if number]
    without += [(reason, number) for one, reason, number in counts if one not in (*OUT, *MOVING)]
    if not counts and not without:
        return None
    taken = sum(number for one, _, number in counts if one in OUT)
    open_ = sum(number for one, _, number in counts if one in MOVING)
    people = taken + open_ + sum(number for _, number in without)
    return Told(people, taken, open_, sorted(without, key=lambda pair: -pair[1]))


async def _tallied(session: AsyncSession, broadcast_id: str) -> list[Count]:
    """By the counters: each time that somebody was tried."""
    rows = await session.execute(
        sa.select(col(Tally.state), sa.func.sum(col(Tally.copies)))
        .where(col(Tally.broadcast_id).in_(recordings(broadcast_id)), col(Tally.copies) > 0)
        .group_by(col(Tally.state))
    )
    return [(state, "", int(number)) for state, number in rows]


async def _counted(session: AsyncSession, broadcast_id: str) -> list[Count]:
    """Copy by copy, with the reasons."""
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
    return [(State(one), reason, number) for one, reason, number in rows]
