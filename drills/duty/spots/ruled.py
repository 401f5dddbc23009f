"""重要时段 as the county's own rows: added and ended with their basis, never deleted."""

from datetime import date, datetime

from sqlalchemy.ext.asyncio import AsyncSession

from bot.errors import SignalTreeError
from bot.record.entries import record
from drills.duty.spots.models import Period


class BackToFront(SignalTreeError):
    """重要时段止的那天在起的那天之前，请改正。"""


async def add_period(
    session: AsyncSession, name: str, first: date, last: date, *, basis: str, by: str, at: datetime
) -> Period:
    """Raises BackToFront."""
    if last < first:
        raise BackToFront
    made = Period(name=name, first=first, last=last, basis=basis)
    session.add(made)
    await session.flush()
    record(session, by, "duty_period.added", f"duty_period:{made.id}", at)
    return made


async def end_period(session: AsyncSession, period_id: int, *, by: str, at: datetime) -> bool:
    period = await session.get(Period, period_id, with_for_update=True)
    if period is None or period.ended_at is not None:
        return False
    period.ended_at = at
    session.add(period)
    record(session, by, "duty_period.ended", f"duty_period:{period.id}", at)
    return True
