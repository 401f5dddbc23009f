"""Calling people back: nobody need knock any more, and whoever is on the way hears so once, by the sweep."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from bot.record.entries import record
from broadcasts.answers.counted import silent_count
from broadcasts.release.holds import close
from broadcasts.release.models import Hold
from broadcasts.release.verdict import Reason
from broadcasts.tasks.knocks.models import Knock, State, Tell
from broadcasts.tasks.knocks.overdue import renew
from broadcasts.tasks.knocks.states import OPEN, Why, move

BY = "system"
TOLD, SENT, SETTLED = "told", "sent", "settled"  # how a ring for a door ends
OVER = frozenset({Why.answered, Why.cancelled, Why.superseded, Why.expired, Why.recalled})

ANYBODY = sa.select(
    sa.or_(
        sa.exists().where(col(Knock.broadcast_id) == sa.bindparam("of")),
        sa.exists().where(col(Hold.about) == sa.bindparam("about"), col(Hold.closed_at).is_(None)),
    )
)


def about(knock: Knock) -> str:
    return f"knock:{knock.uid}"


def about_all(broadcast_id: str) -> str:
    """Of a ring for doors to which nobody can be sent."""
    return f"unsent:{broadcast_id}"


async def answered(session: AsyncSession, broadcast_id: str, person_id: int, at: datetime) -> int:
    """The person has answered herself: whoever is on the way to her turns back. How many. Nearly always nobody was
    sent to anybody: every answer asks this, in one look."""
    if not await session.scalar(ANYBODY, {"of": broadcast_id, "about": about_all(broadcast_id)}):
        return 0
    mine = (col(Knock.broadcast_id) == broadcast_id, col(Knock.person_id) == person_id)
    found = (await session.execute(select(Knock).where(*mine, col(Knock.state).in_(OPEN)))).scalars().all()
    gone = [await call_off(session, one, Why.answered, by=BY, at=at) for one in found]
    await settled(session, broadcast_id, person_id, decision=Why.answered.value, by=BY, at=at)
    await renew(session, broadcast_id, Why.answered.value, by=BY, at=at)
    await _nobody_left(session, broadcast_id, at)
    return sum(gone)


async def call_off(session: AsyncSession, knock: Knock, why: Why, *, by: str, at: datetime) -> bool:
    """Whoever has not heard of it yet never does; whoever cannot go, or is reached no longer, needs no word either.
    False where it was over already."""
    silent = knock.tell is Tell.go or why in {Why.refused, Why.left}
    tell = Tell.nothing if silent else Tell.off
    if not await move(session, knock.id, State.off, at, reason=why.value, done_by=by, tell=tell):
        return False
    await session.refresh(knock)
    record(session, by, "knock.off", knock.uid, at, broadcast=knock.broadcast_id, reason=why.value)
    await quiet(session, knock, why.value if why in OVER else SETTLED, by=by, at=at)
    return True


async def quiet(session: AsyncSession, knock: Knock, decision: str, *, by: str, at: datetime) -> None:
    """Nothing rings for this knock any more; who needs support at the door is rung for until an officer takes it."""
    wanted = select(Hold).where(
        col(Hold.about) == about(knock), col(Hold.reason) == Reason.knock, col(Hold.closed_at).is_(None)
    )
    for hold in (await session.execute(wanted)).scalars():
        await close(session, hold, decision, by=by, at=at)
    await renew(session, knock.broadcast_id, decision, by=by, at=at)


async def settled(
    session: AsyncSession, broadcast_id: str, person_id: int, *, decision: str, by: str, at: datetime
) -> None:
    """No ring is left for anybody who was sent to this door before."""
    hers = sa.select(sa.literal("knock:") + col(Knock.uid)).where(
        col(Knock.broadcast_id) == broadcast_id, col(Knock.person_id) == person_id
    )
    wanted = select(Hold).where(
        col(Hold.reason) == Reason.knock, col(Hold.closed_at).is_(None), col(Hold.about).in_(hers)
    )
    for hold in (await session.execute(wanted)).scalars():
        await close(session, hold, decision, by=by, at=at)


async def _nobody_left(session: AsyncSession, broadcast_id: str, at: datetime) -> None:
    """Nobody need be found for doors behind which all have answered."""
    wanted = select(Hold).where(col(Hold.about) == about_all(broadcast_id), col(Hold.closed_at).is_(None))
    waiting = (await session.execute(wanted)).scalar_one_or_none()
    if waiting is not None and not await silent_count(session, broadcast_id):
        await close(session, waiting, Why.answered.value, by=BY, at=at)
