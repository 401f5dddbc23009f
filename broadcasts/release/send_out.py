"""Letting an alert out, and ending what it replaces."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from bot.config import Settings
from bot.ids import uuid7
from broadcasts.alerts.models import Alert, Status
from broadcasts.audience.places import Hit
from broadcasts.dispatch.issue import issue
from broadcasts.release.holds import close, open_holds
from broadcasts.release.models import Hold
from broadcasts.release.verdict import Reason


async def send_out(
    session: AsyncSession,
    settings: Settings,
    alert: Alert,
    place: Hit,
    found: Sequence[Alert],
    *,
    by: str,
    at: datetime,
) -> None:
    """Issue, and end what it replaces: what went out is told of it, what still waited is let go."""
    waiting = [old for old in found if old.status is Status.held]
    for old in waiting:
        old.status, old.ended_at, old.replaced_by = Status.ended, at, alert.uid
        session.add(old)
    for open_ in await open_holds(session, [old.id for old in waiting if old.id]):
        await close(session, open_, "superseded", by=by, at=at)
    went_out = [old for old in found if old not in waiting]
    if alert.msg_type == "Cancel" and waiting and not went_out:
        alert.note, alert.status = "nobody_was_told", Status.ended
        return
    sent = await issue(session, settings, alert, place, by=by, at=at, replaces=went_out)
    if sent.asks:
        session.add(Hold(uid=uuid7(at), alert_id=alert.id, reason=Reason.asked.value, opened_at=at, ring_at=at))
