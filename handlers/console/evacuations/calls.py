"""转移的叫应单: who has not finished, with their numbers, the silent first. It prints on A4; who looked is on the
record."""

from datetime import datetime, timedelta

from aiohttp import web
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from bot.access.guards import Caller, require_role
from bot.deps import DEPS
from bot.record.entries import record
from bot.record.models import Entry
from broadcasts.alerts.models import Alert
from handlers.console.evacuations.board import moving
from handlers.console.evacuations.desk import DESK
from handlers.console.page import page
from handlers.console.warnings.seen import seen

LOOKED = "evacuation.sheet"
AGAIN = timedelta(minutes=5)  # within which a look is not written again

routes = web.RouteTableDef()


@routes.get("/console/alerts/{uid}/evacuation/calls")
async def sheet(request: web.Request) -> web.Response:
    deps, caller = request.app[DEPS], await require_role(request, *DESK)
    now, opened = deps.clock.now(), deps.vault.open
    async with deps.begin() as session:
        mine, alert = await seen(session, caller, request.match_info["uid"])
        found = await moving(session, mine, alert, now)
        rows = found.open if found else []
        if rows and not await _looked(session, caller, alert, now):
            record(session, caller.actor, LOOKED, alert.uid, now, count=len(rows))
    lines = [
        (one, [(who, opened(who.phone_sealed) if who.phone_sealed else "") for who in (one.first, one.second) if who])
        for one in rows
    ]
    return await page(request, "evacuations/calls.html", caller, alert=alert, lines=lines, moving=found)


async def _looked(session: AsyncSession, caller: Caller, alert: Alert, now: datetime) -> bool:
    wanted = select(Entry.id).where(
        col(Entry.subject) == alert.uid, col(Entry.action) == LOOKED, col(Entry.actor) == caller.actor,
        col(Entry.at) > now - AGAIN,
    )  # fmt: skip
    return (await session.execute(wanted.limit(1))).first() is not None
