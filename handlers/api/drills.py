"""Which drills there are, and what each came to; of a 双盲 nothing before it has begun."""

from typing import Any
from zoneinfo import ZoneInfo

from aiohttp import web
from sqlalchemy.ext.asyncio import AsyncSession

from bot.access.guards import require_scope
from bot.access.models import Scope
from bot.deps import DEPS
from bot.directory.tree import Tree, tree
from broadcasts.dispatch.texts.marks import MARK
from drills.drills.afterwards.measured import measured
from drills.drills.models import Drill, Stage
from drills.drills.queries import areas_of, newest
from handlers.api import views
from handlers.api.describe import Answer, described
from handlers.api.drill_shapes import DrillPage
from handlers.api.paging import CURSOR, chosen, cursor, paged

routes = web.RouteTableDef()
PAGE = 20


@routes.get("/api/v1/drills")
@described(
    "演练的一页，新的在前",
    {200: Answer("一页", DrillPage)},
    scope="read",
    query={"state": "只要这种状态", "cursor": CURSOR},
)
async def listed(request: web.Request) -> web.Response:
    """A page of drills, newest first; `?state=`, `?cursor=`."""
    deps = request.app[DEPS]
    await require_scope(request, Scope.read)
    state, before = chosen(request, "state", Stage), cursor(request)
    async with deps.read() as session:
        areas = await tree(session)
        rows = await newest(session, state=state, before=before, most=PAGE + 1)
        items = [await _drill(session, areas, drill, deps.settings.zone) for drill in rows[:PAGE]]
    return paged(items, [drill.id for drill in rows], PAGE)


async def _drill(session: AsyncSession, areas: Tree, d: Drill, zone: ZoneInfo) -> dict[str, Any]:
    found = await measured(session, d)
    return {
        "id": d.uid,
        "number": d.number,
        "name": f"{MARK}{d.name}{MARK}",
        "state": d.state.value,
        "form": d.form.value,
        "content": d.content.value,
        "aim": d.aim.value,
        "blind": d.blind,
        "event_code": d.hazard,
        "grade": d.grade.value if d.grade else None,
        "unit": d.unit,
        "road": d.road.value,
        "areas": [areas.nodes[area].code for area in await areas_of(session, d.id) if area in areas.nodes],
        "approval": d.approval.value,
        "approved_at": views.moment(d.approved_at, zone),
        "starts_at": views.moment(d.starts_at, zone),
        "started_at": views.moment(d.started_at, zone),
        "ended_at": views.moment(d.ended_at, zone),
        "people": found.people,
        "groups": found.groups,
        "told": found.told,
        "asked": found.asked,
        "answered": found.answered,
        "median_seconds": found.median,
        "slowest_seconds": found.slowest,
        "silent": len(found.silent),
    }
