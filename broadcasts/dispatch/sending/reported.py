"""What a platform reports afterwards of a copy that it had taken: the phone has it, or never will."""

import json

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from broadcasts.dispatch import tallies
from broadcasts.dispatch.models import Batch
from broadcasts.dispatch.states import TRANSITIONS, Road, State


async def reported(
    session: AsyncSession, road: Road, channel: str, message_id: str, state: State, *, reason: str = ""
) -> bool:
    """Move the batch that the platform calls `message_id`. False where it is none of ours, or has moved already."""
    before = [old for old, allowed in TRANSITIONS.items() if state in allowed]
    moved = await session.execute(
        sa.update(Batch)
        .where(
            col(Batch.message_id) == message_id,
            col(Batch.message_id) != "",
            col(Batch.road) == road,
            col(Batch.channel) == channel,
            col(Batch.state).in_(before),
        )
        .values(state=state, reason=reason)
        .returning(col(Batch.broadcast_id), col(Batch.towns))
    )
    row = moved.first()
    if row is None:
        return False
    changes = {}
    for town, copies in json.loads(row.towns).items():
        key = (row.broadcast_id, channel, int(town))
        changes[*key, State.sent.value] = -int(copies)
        changes[*key, state.value] = int(copies)
    await tallies.add(session, changes)
    return True
