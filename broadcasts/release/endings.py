"""What is over by the clock: alerts past their end, and holds whose alert is over before anybody decided."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from bot.record.entries import record
from broadcasts.alerts.models import Alert, Status
from broadcasts.dispatch.leftovers import close_leftovers
from broadcasts.release.holds import close, open_holds

BY = "system"


async def end_due(session: AsyncSession, at: datetime) -> int:
    """End every alert whose end has passed; nothing is sent for it. How many ended."""
    wanted = select(Alert).where(col(Alert.status).in_([Status.issued, Status.held]), col(Alert.expires) <= at)
    over = (await session.execute(wanted)).scalars().all()
    for alert in over:
        alert.status, alert.ended_at = Status.ended, at
        session.add(alert)
        record(session, BY, "alert.expired", alert.uid, at)
    await close_leftovers(session, [alert.id for alert in over], at=at)
    for waiting in await open_holds(session, [alert.id for alert in over]):
        await close(session, waiting, "expired", by=BY, at=at)
    return len(over)
