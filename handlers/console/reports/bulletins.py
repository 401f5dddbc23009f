"""紧急快报: one report as the page of plain text that goes upward, with lines left for what only people know."""

from aiohttp import web

from bot.access.guards import require_role
from bot.access.models import Role
from bot.deps import DEPS
from bot.directory.models import Person
from bot.record.entries import record
from broadcasts.dispatch.states import Road
from broadcasts.dispatch.texts.render import render
from broadcasts.dispatch.texts.spoken import spoken
from broadcasts.hazards.catalogue import hazard
from broadcasts.subscriptions.places import spelled
from handlers.console.page import page
from handlers.console.reports.reports import found
from handlers.reports import incidents
from handlers.reports.export import KINDS, STAGES
from handlers.reports.figures.missing import figure
from handlers.reports.figures.relations import plain
from handlers.reports.limits.gravity import gravity
from handlers.reports.limits.limits import limits, rows
from handlers.reports.models import Incident, State

MAY = (Role.officer, Role.leader)

routes = web.RouteTableDef()


@routes.get("/console/reports/{uid}/bulletin")
async def one(request: web.Request) -> web.Response:
    """`?text=1` is the text alone. That somebody took it is on the record."""
    deps, caller = request.app[DEPS], await require_role(request, *MAY)
    now, zone = deps.clock.now(), deps.settings.zone
    async with deps.begin() as session:
        mine, r = await found(session, caller, request.match_info["uid"])
        if r.state is State.draft:
            raise web.HTTPNotFound
        person = await session.get(Person, r.person_id) if r.person_id else None
        incident = await session.get(Incident, r.incident_id) if r.incident_id else None
        parts = [p for p in await incidents.reports_in(session, incident) if mine.holds(p.area_id)] if incident else []
        summed = incidents.totals(parts)
        numbers = await limits(session)
        why = gravity(parts or [r], r.words, mine.areas, numbers) or gravity([r], r.words, mine.areas, numbers)
        basis = next((row.basis for row in await rows(session) if row.name == "lives"), "")
        record(session, caller.actor, "report.bulletin", r.uid, now, version=r.version)
    root = mine.areas.roots[0]
    text = render(
        "urgent.txt",
        drill=r.road is not Road.live,
        why=why,
        basis=basis,
        county=root.name,
        phone=root.duty_phone,
        stage=STAGES[r.stage],
        number=r.number,
        received=spoken(r.first_at, now, zone),
        source=f"{spelled(mine.areas, person.area_id)}{person.name}" if person else "",
        happened=spoken(r.happened_at, now, zone) if r.happened_at else "",
        place=f"{spelled(mine.areas, r.area_id)}{r.group}{r.place}",
        point=f"{r.lon}, {r.lat}" if r.lon is not None else "",
        what="，".join(filter(None, (KINDS[r.kind], hazard(r.hazard).name if r.hazard else ""))),
        words=r.words,
        figures=[figure(name, value) for name, value in r.values.items()],
        incident=incident.name if incident else "",
        totals=[f"{total.indicator.short} {plain(total.value)} {total.indicator.unit}" for total in summed],
        others=[p.number for p in parts if p.thread != r.thread],
        confirmed=r.state is State.confirmed,
    )
    if "text" in request.query:
        headers = {"Content-Disposition": f'attachment; filename="{r.number}.txt"'}
        return web.Response(text=text, content_type="text/plain", headers=headers)
    return await page(request, "reports/bulletin.html", caller, r=r, text=text, grave=why)
