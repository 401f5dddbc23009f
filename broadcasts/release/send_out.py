"""Letting an alert out, and ending what it replaces."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from bot.config import Settings
from bot.ids import uuid7
from broadcasts.alerts import queries
from broadcasts.alerts.models import Alert, Status
from broadcasts.alerts.order import gives_way
from broadcasts.audience.places import Hit
from broadcasts.dispatch.draft import Draft, draft
from broadcasts.dispatch.issue import issue
from broadcasts.release.holds import close, open_holds
from broadcasts.release.models import Hold
from broadcasts.release.verdict import Reason


async def planned(
    session: AsyncSession, settings: Settings, alert: Alert, place: Hit, found: Sequence[Alert], *, at: datetime
) -> Draft | None:
    """What `send_out` would send now, None where it would nothing."""
    waiting, went_out = _replaced(found)
    if _nobody_was_told(alert, waiting, went_out):
        return None
    return await draft(session, settings, alert, place, at=at, replaces=went_out)


async def send_out(
    session: AsyncSession,
    settings: Settings,
    alert: Alert,
    place: Hit,
    found: Sequence[Alert],
    *,
    by: str,
    at: datetime,
    made: Draft | None = None,
) -> None:
    """Issue, by the plan `made` in this transaction where there is one, and end what it replaces: what went out is told
    of it, what still waited is let go."""
    waiting, went_out = _replaced(found)
    clears = gives_way(alert, await queries.waiting_clears(session, alert.thread))
    await let_wait_go(session, alert, [*waiting, *clears], by=by, at=at)
    if _nobody_was_told(alert, waiting, went_out):
        alert.note, alert.status = "nobody_was_told", Status.ended
        return
    sent = await issue(session, settings, alert, place, by=by, at=at, replaces=went_out, made=made)
    if sent.asks:
        session.add(Hold(uid=uuid7(at), alert_id=alert.id, reason=Reason.asked.value, opened_at=at, ring_at=at))


async def let_wait_go(session: AsyncSession, alert: Alert, waiting: Sequence[Alert], *, by: str, at: datetime) -> None:
    """What waited for a person when `alert` took its place waits no more."""
    for old in waiting:
        old.status, old.ended_at, old.replaced_by = Status.ended, at, alert.uid
        session.add(old)
    for open_ in await open_holds(session, [old.id for old in waiting if old.id]):
        await close(session, open_, "superseded", by=by, at=at)


def _replaced(found: Sequence[Alert]) -> tuple[list[Alert], list[Alert]]:
    """What still waits, and what went out."""
    waiting = [old for old in found if old.status is Status.held]
    return waiting, [old for old in found if old.status is not Status.held]


def _nobody_was_told(alert: Alert, waiting: Sequence[Alert], went_out: Sequence[Alert]) -> bool:
    return alert.msg_type == "Cancel" and bool(waiting) and not went_out
