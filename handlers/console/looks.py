"""Looks at personal data are on the record. A page that stays open and renews itself is one look; that it does so is
the browser's word, and counts only where the look itself stands there."""

from datetime import datetime, timedelta

from aiohttp import web
from sqlalchemy.ext.asyncio import AsyncSession

from bot.access.guards import Caller
from bot.deps import DEPS
from bot.record.entries import entered, record

RENEWED = "X-Fragment"  # a page asks for its own middle
STAYS = timedelta(hours=12)  # that a page may stand open
PHONE = "phone.looked"


async def renewed(request: web.Request, session: AsyncSession, caller: Caller, action: str, subject: str) -> bool:
    """Whether this is a page that was opened, and recorded, before."""
    since: datetime = request.app[DEPS].clock.now() - STAYS
    return RENEWED in request.headers and await entered(session, caller.actor, action, subject, since)


async def phone_looked(request: web.Request, caller: Caller, subject: str) -> None:
    """A telephone number is shown to `caller`; `subject` is on whose account."""
    deps = request.app[DEPS]
    async with deps.glance() as session:
        known = await renewed(request, session, caller, PHONE, subject)
    if not known:
        async with deps.begin() as session:
            record(session, caller.actor, PHONE, subject, deps.clock.now())
