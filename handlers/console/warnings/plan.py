"""预演: before anything happens, to whom a warning of a kind would go, by which roads, and who would be left out; and
the same of what waits for its release, and of what the county has written itself."""

from typing import Any

from aiohttp import web

from bot.access.guards import Caller, require_role, signed_in
from bot.deps import DEPS
from bot.record.entries import record
from broadcasts.alerts.models import Alert, Status
from broadcasts.dispatch.draft import Draft
from broadcasts.dispatch.planning.forecast import forecast, foretold
from broadcasts.dispatch.planning.preview import released
from broadcasts.hazards.catalogue import hazards
from broadcasts.hazards.grades import Grade
from broadcasts.notices.models import State
from broadcasts.notices.send import drawn
from broadcasts.notices.tell import title
from broadcasts.notices.writing.write import NothingToEnd
from handlers.console.notices.desk import LOOK, before
from handlers.console.page import page
from handlers.console.scope import scope
from handlers.console.warnings.held import may_decide, one_waiting

SHOWN = 500  # names on the page

routes = web.RouteTableDef()


@routes.get("/console/plan")
async def plan(request: web.Request) -> web.Response:
    """`?hazard=&grade=&area=`: the page without them asks. That somebody looked at names is on the record."""
    deps, caller = request.app[DEPS], await signed_in(request)
    asked = {name: request.query.get(name, "") for name in ("hazard", "grade", "area")}
    dangers = [one for one in hazards() if not one.group]
    facts: dict[str, Any] = {"asked": asked, "dangers": dangers, "grades": list(Grade)}
    facts |= {"found": None, "error": "", "of": ""}
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


@routes.get("/console/held/{uid}/plan")
async def of_held(request: web.Request) -> web.Response:
    """Of what would be released. Names are shown to whoever may decide about all its places."""
    deps, caller = request.app[DEPS], await signed_in(request)
    async with deps.read() as session:
        mine, item = await one_waiting(session, caller, request.match_info["uid"])
        alert, at = item.alert, deps.clock.now()
        if alert is None or not item.sends or item.hold.closed_at is not None or alert.status is not Status.held:
            raise web.HTTPNotFound
        if not (may_decide(caller, mine, item) and mine.decides(alert)):
            raise web.HTTPForbidden
        made = await released(session, deps.settings, alert, mine.hit(alert), at)
    return await _of(request, caller, alert, made, item.title, f"/console/held/{item.hold.uid}")


@routes.get("/console/notices/{uid}/plan")
async def of_notice(request: web.Request) -> web.Response:
    """Of what the county has written, as it stands now."""
    deps, caller = request.app[DEPS], await require_role(request, *LOOK)
    async with deps.read() as session:
        one = await before(session, caller, request.match_info["uid"])
        if one.notice.state in {State.issued, State.withdrawn} or not one.content.areas:
            raise web.HTTPNotFound
        try:
            alert, made = await drawn(session, deps.settings, one.notice, one.ground, deps.clock.now())
        except NothingToEnd:
            raise web.HTTPNotFound from None
        name = title(one.notice, one.content)
    return await _of(request, caller, alert, made, name, f"/console/notices/{one.notice.uid}")


async def _of(
    request: web.Request, caller: Caller, alert: Alert, made: Draft | None, name: str, back: str
) -> web.Response:
    """`made` is None where it goes to nobody."""
    deps = request.app[DEPS]
    at = deps.clock.now()
    async with deps.begin() as session:
        areas = (await scope(session, caller)).areas
        found = await foretold(session, deps.settings, areas, alert, made, at) if made else None
        record(session, caller.actor, "plan.looked", back.rpartition("/")[2], at)
    facts: dict[str, Any] = {"found": found, "of": name, "back": back, "areas": areas.nodes}
    facts |= {"shown": SHOWN, "error": ""}
    return await page(request, "warnings/plan.html", caller, **facts)
