"""The guarded moves of a shift and a check: whoever comes second learns it, whichever process it is."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from drills.duty.models import Check, Shift


async def claim(session: AsyncSession, shift: Shift, column: str, at: datetime) -> bool:
    """Set a moment of the shift that was not set. False where somebody else did."""
    return await _move(session, sa.update(Shift).where(col(Shift.id) == shift.id), getattr(Shift, column), column, at)


async def answered(session: AsyncSession, check: Check, at: datetime) -> bool:
    moved = sa.update(Check).where(col(Check.id) == check.id)
    return await _move(session, moved, Check.answered_at, "answered_at", at)


async def _move(session: AsyncSession, moved: sa.Update, attribute: object, column: str, at: datetime) -> bool:
    unset = col(attribute).is_(None)
    done = await session.execute(moved.where(unset).values({column: at}).execution_options(synchronize_session="fetch"))
    return bool(done.rowcount)  # type: ignore[attr-defined]
