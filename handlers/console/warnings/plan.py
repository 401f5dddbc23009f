"""预演: before anything happens, to whom a warning of a kind would go, by which roads, and who would be left out."""

from typing import Any

from aiohttp import web

from bot.access.guards import signed_in
from bot.deps import DEPS
from bot.record.entries import record
from broadcasts.dispatch.planning.forecast import forecast
from broadcasts.hazards.catalogue import hazards
from broadcasts.hazards.grades import Grade
from handlers.console.page import page
from handlers.console.scope import scope

SHOWN = 500  # names on the page

routes = web.RouteTableDef()


@routes.get("/console/plan")
async def plan(request: web.Request) -> web.Response:
    """`?hazard=&grade=&area=`: the page without them asks. That somebody looked at names is on the record."""
    deps, caller = request.app[DEPS], await signed_in(request)
    asked = {name: request.query.get(name, "") for name in ("hazard", "grade", "area")}
    dangers = [one for one in hazards() if not one.group]
    facts: dict[str, Any] = {"asked": asked, "dangers": dangers, "grades": list(Grade), "found": None, "error": ""}
    async with deps.begin() as session:
        mine = await scope(session, caller)
        nodes = [node for node in mine.areas.nodes.values() if mine.holds(node.id)]
        facts |= {"places": nodes, "areas": mine.areas.nodes, "shown": SHOWN}
        node = next((node for node in nodes if node.code == asked["area"]), None)
        known = asked["hazard"] in {one.code for one in dangers} and asked["grade"] in {one.value for one in Grade}
        if any(asked.values()) and (node is None or not known):
            facts["error"] = "请选灾种、颜色和您管的地方。"
        elif node is not None:
            at = deps.clock.now()
            facts["found"] = await forecast(
                session, deps.settings, mine.areas, asked["hazard"], Grade(asked["grade"]), node.id, at
            )
            record(session, caller.actor, "plan.looked", node.code, at, hazard=asked["hazard"], grade=asked["grade"])
    return await page(request, "warnings/plan.html", caller, status=422 if facts["error"] else 200, **facts)
