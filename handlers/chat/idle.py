"""WeCom switches off an application that nobody has used for long: its word of that rings the duty desk, and stands
there until somebody has taken it on, or the application is in use again."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from broadcasts.dispatch.states import Road
from broadcasts.dispatch.texts.render import render
from broadcasts.dispatch.texts.spoken import spoken
from broadcasts.release.holds import close, open_hold
from broadcasts.release.models import Hold
from broadcasts.release.verdict import Reason
from handlers.wechat.models import Inbound

WARNED = frozenset({"inactive_alert", "low_active_alert", "low_active"})
CLOSED = frozenset({"close_inactive_agent"})
BACK = frozenset({"reopen_inactive_agent", "active_restored"})
KNOWN = WARNED | CLOSED | BACK
ABOUT, BY, RESTORED = "application:wecom", "system", "restored"


async def idle(session: AsyncSession, zone: ZoneInfo, inbound: Inbound, at: datetime) -> None:
    """Of the live road alone: the training room's application is nobody's."""
    if inbound.road is not Road.live:
        return
    name = inbound.event.lower()
    if name in BACK:
        wanted = select(Hold).where(col(Hold.about) == ABOUT, col(Hold.closed_at).is_(None))
        for hold in (await session.execute(wanted)).scalars():
            await close(session, hold, RESTORED, by=BY, at=at)
        return
    when = _moment(str(inbound.body.get("EffectTime") or ""))
    said = render("idle.txt", closed=name in CLOSED, when=spoken(when, at, zone) if when else "")
    await open_hold(session, Reason.idle, about=ABOUT, said=said, by=BY, at=at)


def _moment(text: str) -> datetime | None:
    """Seconds since 1970; None where it is written otherwise."""
    return datetime.fromtimestamp(int(text), UTC) if text.isdecimal() and len(text) == 10 else None
