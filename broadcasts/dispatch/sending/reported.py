"""What a platform reports afterwards of a copy that it had taken: the phone has it, or never will."""

import json
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from bot.deps import Deps
from bot.sweeps.each import each
from broadcasts.dispatch import tallies
from broadcasts.dispatch.models import NAMED, Batch, EarlyReport
from broadcasts.dispatch.states import TRANSITIONS, Road, State

FOREIGN = timedelta(minutes=10)  # whose message has no name by then was sent by another system
MOST = 500  # at one tick
ENDS = frozenset({State.delivered, State.failed})
ASTRAY = timedelta(minutes=10)  # that a gateway's clock may be off


async def reported(
    session: AsyncSession, road: Road, channel: str, message_id: str, state: State, *, at: datetime, reason: str = ""
) -> bool:
    """Move the batch that the platform calls `message_id`. False where it has moved already, or no batch has that name:
    then the word is kept, since the platform may speak before its answer is written down."""
    if await _moved(session, road, channel, message_id, state, reason):
        return True
    if message_id and not await session.scalar(_named(road, channel, message_id)):
        early = EarlyReport(road=road, channel=channel, message_id=message_id, state=state, reason=reason, at=at)
        session.add(early)
    return False


async def doubted(
    session: AsyncSession, road: Road, channel: str, message_id: str, state: State, said_at: datetime, at: datetime
) -> str:
    """Why a report cannot be true, or empty: no copy arrives before it left, none has in a time to come, and what has
    arrived has not failed."""
    theirs = (col(Batch.road) == road, col(Batch.channel) == channel)
    columns = (col(Batch.attempted_at), col(Batch.state))
    wanted = sa.select(*columns).where(NAMED, col(Batch.message_id) == message_id, *theirs).limit(1)
    left, was = (await session.execute(wanted)).one_or_none() or (None, None)
    ours_ran_ahead = left is not None and left > at
    if said_at > at + ASTRAY or (left is not None and not ours_ran_ahead and said_at < left - ASTRAY):
        return "impossible"
    return "contradiction" if was in ENDS and was is not state else ""


async def bring_due(deps: Deps, at: datetime) -> int:
    """Take up the words that came early, now that their message has its name; forget those of other systems."""
    theirs = (col(Batch.road) == col(EarlyReport.road), col(Batch.channel) == col(EarlyReport.channel))
    mine = sa.exists().where(NAMED, col(Batch.message_id) == col(EarlyReport.message_id), *theirs)
    due = sa.select(col(EarlyReport.id)).where(sa.or_(mine, col(EarlyReport.at) <= at - FOREIGN))
    async with deps.glance() as session:
        numbers = (await session.scalars(due.order_by(col(EarlyReport.id)).limit(MOST))).all()
    return await each(deps, "dispatch.early", numbers, _bring, at)


async def _bring(session: AsyncSession, number: int) -> int:
    early = await session.get(EarlyReport, number)
    if early is None:
        return 0
    await session.delete(early)
    return int(await _moved(session, early.road, early.channel, early.message_id, early.state, early.reason))


def _named(road: Road, channel: str, message_id: str) -> sa.Select[int]:
    theirs = (col(Batch.road) == road, col(Batch.channel) == channel)
    return sa.select(col(Batch.id)).where(NAMED, col(Batch.message_id) == message_id, *theirs).limit(1)


async def _moved(session: AsyncSession, road: Road, channel: str, message_id: str, state: State, reason: str) -> bool:
    before = [old for old, allowed in TRANSITIONS.items() if state in allowed]
    moved = await session.execute(
        sa.update(Batch)
        .where(
            col(Batch.message_id) == message_id,
            NAMED,
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
