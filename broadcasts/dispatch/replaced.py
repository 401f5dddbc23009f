"""Ending what something newer stands in the place of: nothing more is sent, rung or asked for it."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from broadcasts.alerts.models import Alert, Status
from broadcasts.dispatch.leftovers import close_leftovers
from broadcasts.dispatch.supersede import supersede
from broadcasts.ladder.close import over


async def end_replaced(
    session: AsyncSession, alert: Alert, replaces: Sequence[Alert], *, cleared: bool, by: str, at: datetime
) -> None:
    """`cleared`: by an all-clear, else by something newer."""
    for old in replaces:
        old.status, old.ended_at, old.replaced_by = Status.ended, at, alert.uid
        session.add(old)
    gone = [old.id for old in replaces if old.id]
    await supersede(session, gone, at=at, by=by)
    await over(session, gone, reason="cancelled" if cleared else "superseded", at=at)
    await close_leftovers(session, gone, cleared=cleared, at=at)
