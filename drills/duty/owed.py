"""What somebody owes an answer to: a spot check, a shift that waits for a yes. And what the answer does."""

from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from bot.record.entries import record
from drills.duty.claims import answered, claim
from drills.duty.models import Check, Post, Shift

LATE = timedelta(hours=2)  # an answer so long after a check's deadline still belongs to it


def asks(me: sa.ColumnElement[int], lately: sa.ColumnElement[datetime]) -> sa.ColumnElement[bool]:
    """Whether `owed` may find something: for one look at all that a person may have been asked. Where it is False there
    is nothing."""
    checks = sa.exists().where(
        col(Check.person_id) == me, col(Check.answered_at).is_(None), col(Check.asked_at) > lately
    )
    shifts = sa.exists().where(
        col(Shift.person_id) == me, col(Shift.starts_at) > lately, col(Shift.reminded_at).is_not(None),
        col(Shift.confirmed_at).is_(None), col(Shift.cannot_at).is_(None), col(Shift.removed_at).is_(None),
    )  # fmt: skip
    return sa.or_(checks, shifts)


@dataclass(frozen=True)
class Owed:
    """`asked_at` is when we asked. A shift may also be refused."""

    post: Post
    shift: Shift
    asked_at: datetime
    check: Check | None = None


async def owed(session: AsyncSession, person_id: int, at: datetime) -> Owed | None:
    """What a 1 of this person would mean now: the check, which is short, before the next shift."""
    checks = (
        select(Check, Shift, Post)
        .join(Shift, col(Shift.id) == col(Check.shift_id))
        .join(Post, col(Post.id) == col(Shift.post_id))
        .where(col(Check.person_id) == person_id, col(Check.answered_at).is_(None))
        .where(col(Check.asked_at) <= at, col(Check.deadline) > at - LATE)
        .order_by(col(Check.id).desc())
        .limit(1)
    )
    if found := (await session.execute(checks)).first():
        check, shift, post = found
        return Owed(post, shift, check.asked_at, check)
    waiting = (
        select(Shift, Post)
        .join(Post, col(Post.id) == col(Shift.post_id))
        .where(col(Shift.person_id) == person_id, col(Shift.ends_at) > at, col(Shift.reminded_at) <= at)
        .where(col(Shift.confirmed_at).is_(None), col(Shift.cannot_at).is_(None), col(Shift.removed_at).is_(None))
        .order_by(col(Shift.starts_at))
        .limit(1)
    )
    row = (await session.execute(waiting)).first()
    return Owed(row[1], row[0], row[0].reminded_at) if row and row[0].reminded_at else None


async def confirm(session: AsyncSession, shift: Shift, *, by: str, at: datetime) -> bool:
    """She comes. False where that, or the contrary, was said before."""
    if shift.cannot_at is not None or not await claim(session, shift, "confirmed_at", at):
        return False
    shift.confirmed_by = by
    session.add(shift)
    record(session, by, "shift.confirmed", shift.uid, at)
    return True


async def refuse(session: AsyncSession, shift: Shift, *, by: str, at: datetime) -> bool:
    """She cannot come: the sweep tells the leader at once, also where he was told before that it is unconfirmed."""
    if shift.confirmed_at is not None or not await claim(session, shift, "cannot_at", at):
        return False
    shift.told_at = None
    session.add(shift)
    record(session, by, "shift.refused", shift.uid, at)
    return True


async def present(session: AsyncSession, check: Check, *, by: str, at: datetime) -> bool:
    """She is there. False where she had answered."""
    if not await answered(session, check, at):
        return False
    late = at > check.deadline
    record(session, by, "check.answered", check.uid, at, late=late)
    return True


def late_by(check: Check) -> int:
    """Minutes, begun ones counted; 0 in time or unanswered."""
    if check.answered_at is None or check.answered_at <= check.deadline:
        return 0
    return -((check.deadline - check.answered_at) // timedelta(minutes=1))
