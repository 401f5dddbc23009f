"""The shifts that somebody may still give away."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from drills.duty.models import Shift
from drills.duty.now import OnShift, shifts
from drills.duty.rules import rules
from drills.duty.swaps.listed import AROUND


async def coming(session: AsyncSession, at: datetime, *where: object) -> list[OnShift]:
    """Shifts that have not begun, the next one first."""
    when = (col(Shift.starts_at) > at, col(Shift.starts_at) <= at + AROUND)
    return await shifts(session, await rules(session), *when, *where)  # type: ignore[arg-type]


async def next_shift(session: AsyncSession, person_id: int, at: datetime) -> OnShift | None:
    found = await coming(session, at, col(Shift.person_id) == person_id)
    return next(iter(found), None)


async def of_uid(session: AsyncSession, uid: str) -> OnShift | None:
    """Any shift that stands."""
    found: Sequence[OnShift] = await shifts(session, await rules(session), col(Shift.uid) == uid)
    return next(iter(found), None)
