"""What a platform reports afterwards of a copy that it had taken: the phone has it, or never will."""

import json

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from broadcasts.dispatch.models import Batch, Tally
from broadcasts.dispatch.planning.rows import insert_many
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
    for town, copies in json.loads(row.towns).items():
        await _moved(session, (row.broadcast_id, channel, int(town)), State.sent, state, int(copies))
    return True


async def _moved(session: AsyncSession, key: tuple[str, str, int], old: State, new: State, copies: int) -> None:
    """Count `copies` no longer as the one, but as the other."""
    names = ("broadcast_id", "channel", "town_id")
    where = [col(getattr(Tally, name)) == value for name, value in zip(names, key, strict=True)]
    await session.execute(
        sa.update(Tally).where(*where, col(Tally.state) == old).values(copies=col(Tally.copies) - copies)
    )
    found = await session.execute(
        sa.update(Tally)
        .where(*where, col(Tally.state) == new)
        .values(copies=col(Tally.copies) + copies)
        .returning(col(Tally.town_id))
    )
    if found.first() is None:
        await insert_many(session, Tally, (*names, "state", "copies"), [[*key, new.value, copies]])
