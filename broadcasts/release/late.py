"""An update that is kept and never sent: over before it was read, or no longer about our places. What it replaces must
not stand on as if nothing had been said, and the officer is told."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from bot.config import Settings
from bot.record.entries import record
from broadcasts.alerts.models import Alert, Status
from broadcasts.dispatch.replaced import end_replaced
from broadcasts.dispatch.texts.render import render
from broadcasts.dispatch.texts.spoken import spoken
from broadcasts.release.holds import open_hold
from broadcasts.release.send_out import let_wait_go
from broadcasts.release.verdict import Reason


async def not_sent(
    session: AsyncSession, settings: Settings, update: Alert, found: Sequence[Alert], *, by: str, at: datetime
) -> None:
    """One that is over ends what it replaces: its station said until when. One that names our places no longer ends
    nothing by itself; in both cases the officer is told, once while she has not seen it."""
    over = update.note == "expired"
    went_out = [old for old in found if old.status is not Status.held]
    if not over and not went_out:
        return  # what it speaks of waits on the board anyway
    old = (went_out or found)[-1]
    if over:
        await let_wait_go(session, update, [one for one in found if one.status is Status.held], by=by, at=at)
        await end_replaced(session, update, went_out, cleared=False, by=by, at=at)
        for one in found:
            record(session, by, "alert.expired", one.uid, at, update=update.uid)
    what = f"{old.grade.zh if old.grade else ''}{old.event}"
    ends = spoken(update.expires, at, settings.zone) if update.expires else ""
    said = render("not_sent.txt", what=what, by=update.sender_name, over=over, ends=ends)
    await open_hold(
        session,
        Reason.not_sent,
        about=f"alert:{old.uid}",
        said=said,
        by=by,
        at=at,
        alert_id=update.id if over else old.id,
    )
