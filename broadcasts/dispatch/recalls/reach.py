"""How much of a broadcast can still be taken back: what the WeCom application sent within 24 hours, nothing else."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from bot.channels.wecom_app.cards import RECALL, UPDATE
from bot.channels.wecom_app.limits import NAME, RECALLED
from broadcasts.dispatch.models import Batch, Delivery, Recall, Tally, Text
from broadcasts.dispatch.queries import with_recordings
from broadcasts.dispatch.sending.roads import MASS
from broadcasts.dispatch.states import State

WITHIN = timedelta(hours=RECALLED)
OUT = (State.sent, State.delivered, State.sending, State.unknown)


@dataclass(frozen=True)
class Reach:
    """In copies. `open` can be taken back, `late` is too old or has no name at the platform, `stays` is by channel what
    no call takes back, `queued` has not left and will not, `recalled` was taken back before. `massed` followers have a
    text that nobody deletes, and are owed a correction."""

    open: int
    late: int
    stays: dict[str, int]
    queued: int
    recalled: int
    massed: int = 0

    @property
    def anything(self) -> bool:
        return bool(self.open or self.queued or self.massed)


async def reach(session: AsyncSession, broadcast_id: str, at: datetime) -> Reach:
    since = await recalled_at(session, broadcast_id)
    before = sa.false() if since is None else col(Batch.settled_at) <= since
    ours, left = col(Delivery.channel) == NAME, _state().in_(OUT)
    counts = [
        (ours & left & may_be_recalled(at, since)),
        (ours & left & ~may_be_recalled(at, since) & ~before),
        (_state() == State.queued),
        (ours & left & before),
    ]
    columns: list[Any] = [sa.func.coalesce(sa.func.sum(sa.case((one, 1), else_=0)), 0) for one in counts]
    mine = sa.join(Delivery, Batch, col(Batch.id) == col(Delivery.batch_id), isouter=True)
    this = col(Delivery.broadcast_id).in_(with_recordings(broadcast_id))
    row = (await session.execute(sa.select(*columns).select_from(mine).where(this))).one()
    others = sa.select(col(Delivery.channel), sa.func.count()).select_from(mine).where(this, ~ours, left)
    rows = await session.execute(others.group_by(col(Delivery.channel)))
    stays = {name: copies for name, copies in rows}
    massed = await _massed(session, broadcast_id)
    if out := sum(massed.get(state, 0) for state in OUT):
        stays[MASS] = out
    owed = stays.get(MASS, 0) if since is None else 0
    return Reach(row[0], row[1], stays, row[2] + massed.get(State.queued, 0), row[3], owed)


async def _massed(session: AsyncSession, broadcast_id: str) -> dict[State, int]:
    """By state, the followers of its mass sends, which have no copies of their own and, being text, stay where they
    are."""
    rows = await session.execute(
        sa.select(col(Batch.state), sa.func.sum(col(Batch.size)))
        .where(sa.text("batch.audience IS NOT NULL"), col(Batch.broadcast_id) == broadcast_id)
        .group_by(col(Batch.state))
    )
    return {state: copies for state, copies in rows}


async def recalled_at(session: AsyncSession, broadcast_id: str) -> datetime | None:
    """When it was taken back last: whatever was out by then has been asked for."""
    wanted = sa.select(col(Recall.at)).where(col(Recall.broadcast_id) == broadcast_id)
    return (await session.execute(wanted.order_by(col(Recall.id).desc()).limit(1))).scalar_one_or_none()


async def recalls(session: AsyncSession, broadcast_id: str) -> list[tuple[Recall, int]]:
    """Each time that it was taken back, the newest first, and of how many copies the platform has taken that."""
    done = (
        sa.select(sa.func.coalesce(sa.func.sum(col(Tally.copies)), 0))
        .where(col(Tally.broadcast_id) == col(Recall.calls_id), col(Tally.state) == State.sent)
        .scalar_subquery()
    )
    wanted = sa.select(Recall, done).where(col(Recall.broadcast_id) == broadcast_id)
    return [(one, copies) for one, copies in await session.execute(wanted.order_by(col(Recall.id).desc()))]


def may_be_recalled(at: datetime, since: datetime | None) -> sa.ColumnElement[bool]:
    """Of a Batch: the platform gave it a name within the last 24 hours, and it has not been taken back. Of a text in
    parts the last one's name alone is known: half a message is not recalled."""
    named = (
        (col(Batch.channel) == NAME)
        & (col(Batch.state) == State.sent)
        & (col(Batch.message_id) != "")
        & (col(Batch.parts_done) == 1)
        & (col(Batch.settled_at) > at - WITHIN)
        & col(Batch.text_id).not_in(sa.select(col(Text.id)).where(col(Text.form).in_((UPDATE, RECALL))))
    )
    return sa.func.coalesce(named if since is None else named & (col(Batch.settled_at) > since), sa.false())


def _state() -> sa.ColumnElement[str]:
    return sa.func.coalesce(col(Delivery.state), col(Batch.state))
