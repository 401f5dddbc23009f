"""告知和应答: of one alert, town by town and village by village, who should have been told, was, and has answered."""

from typing import Any

from aiohttp import web
from sqlalchemy.ext.asyncio import AsyncSession

from bot.access.guards import signed_in
from bot.deps import DEPS
from broadcasts.alerts.listed import standing
from broadcasts.alerts.models import Alert
from broadcasts.coverage.queries import Covered, covered, targets
from broadcasts.dispatch.models import Broadcast
from broadcasts.dispatch.queries import of_alert
from handlers.console.figures.coverage_sheet import sheet
from handlers.console.figures.files import XLSX, attached
from handlers.console.page import page
from handlers.console.scope import Scope
from handlers.console.warnings.seen import seen

routes = web.RouteTableDef()


@routes.get("/console/alerts/{uid}/coverage")
async def whole(request: web.Request) -> web.Response:
    """Of the newest sending that asked somebody, or of `?sending=`."""
    deps, caller = request.app[DEPS], await signed_in(request)
    async with deps.read() as session:
        mine, alert = await seen(session, caller, request.match_info["uid"])
        sent, found, one = await chosen(session, mine, alert, request.query.get("sending", ""))
        wanted = await targets(session)
    facts: dict[str, Any] = {
        "alert": alert,
        "standing": standing(alert, deps.clock.now()),
        "sendings": sent,
        "chosen": one,
        "c": found,
        "target": wanted.get("coverage"),
    }
    return await page(request, "figures/coverage.html", caller, live="/console/live", **facts)


@routes.get("/console/alerts/{uid}/coverage.xlsx")
async def file(request: web.Request) -> web.Response:
    """The same for a spreadsheet. It holds no names."""
    deps, caller = request.app[DEPS], await signed_in(request)
    async with deps.read() as session:
        mine, alert = await seen(session, caller, request.match_info["uid"])
        _, found, _ = await chosen(session, mine, alert, request.query.get("sending", ""))
    if found is None:
        raise web.HTTPNotFound
    return attached(sheet(alert, found, deps.settings.zone), XLSX, f"coverage-{alert.uid[:8]}.xlsx")


async def chosen(
    session: AsyncSession, mine: Scope, alert: Alert, wanted: str = ""
) -> tuple[list[Broadcast], Covered | None, Broadcast | None]:
    """All sendings of an alert, and the counters of the one that is wanted, or of the newest that asked somebody."""
    sent = [*await of_alert(session, alert.id)]
    named = next((b for b in sent if b.id == wanted), None)
    if named is not None:
        return sent, await covered(session, mine.areas, named.id, inside=mine.area_id), named
    for b in reversed(sent):
        found = await covered(session, mine.areas, b.id, inside=mine.area_id)
        if found is not None and found.asked:
            return sent, found, b
    last = sent[-1] if sent else None
    return sent, await covered(session, mine.areas, last.id, inside=mine.area_id) if last else None, last
