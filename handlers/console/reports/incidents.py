"""事件: what several reports are about, with totals that nobody types."""

from aiohttp import web

from bot.access.guards import require_role
from bot.deps import DEPS
from broadcasts.hazards.catalogue import hazard
from broadcasts.subscriptions.places import spelled
from handlers.console.page import page
from handlers.console.reports.reports import MAY
from handlers.console.scope import scope
from handlers.reports import incidents
from handlers.reports.figures.relations import plain

routes = web.RouteTableDef()


@routes.get("/console/incidents/{uid}")
async def one(request: web.Request) -> web.Response:
    """A town sees its own reports of it, and totals of these."""
    deps, caller = request.app[DEPS], await require_role(request, *MAY)
    async with deps.read() as session:
        mine = await scope(session, caller)
        incident = await incidents.of_uid(session, request.match_info["uid"])
        reports = await incidents.reports_in(session, incident) if incident else []
    seen = [report for report in reports if mine.holds(report.area_id)]
    if incident is None or (not seen and not mine.whole):
        raise web.HTTPNotFound
    return await page(
        request,
        "reports/incident.html",
        caller,
        incident=incident,
        danger=hazard(incident.hazard).name if incident.hazard else "",
        reports=[(report, spelled(mine.areas, report.area_id)) for report in seen],
        totals=incidents.totals(seen),
        plain=plain,
        partly=not mine.whole,
    )
