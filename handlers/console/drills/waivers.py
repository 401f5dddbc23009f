"""Which drills need no approval: rows of the county with their basis, added and ended, never deleted."""

from aiohttp import web

from bot.access.guards import posted
from bot.deps import DEPS
from drills.drills.approvals.models import DrillWaiver
from drills.drills.approvals.waivers import add_waiver, end_waiver
from handlers.console.drills.every import MEND, day, shown
from handlers.console.drills.waiver_form import WaiverForm, offered
from handlers.console.scope_guard import whole_county

routes = web.RouteTableDef()


@routes.post("/console/drills/waiver")
async def add(request: web.Request) -> web.Response:
    caller, deps = await whole_county(request, *MEND), request.app[DEPS]
    form = offered(WaiverForm(await posted(request, caller)))
    if not form.validate():
        return await shown(request, caller, spares=form, status=422)
    row = DrillWaiver(
        form=form.form.data, road=form.road.data, most=form.most.data, basis=str(form.basis.data).strip(),
        source=caller.actor, valid_from=day(request),
    )  # fmt: skip
    async with deps.begin() as session:
        await add_waiver(session, row, by=caller.actor, at=deps.clock.now())
    raise web.HTTPSeeOther("/console/drills")


@routes.post(r"/console/drills/waiver/{id:\d{1,9}}/end")
async def end(request: web.Request) -> web.Response:
    caller, deps = await whole_county(request, *MEND), request.app[DEPS]
    await posted(request, caller)
    async with deps.begin() as session:
        number = int(request.match_info["id"])
        await end_waiver(session, number, day(request), by=caller.actor, at=deps.clock.now())
    raise web.HTTPSeeOther("/console/drills")
