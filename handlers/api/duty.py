"""Who is on duty now: for one area, or for all of them page by page; each by its nearest desk upward."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from aiohttp import web

from bot.access.guards import require_scope
from bot.access.models import Scope
from bot.deps import DEPS
from bot.directory.lines.now import Lines, lines
from bot.directory.queries import area_of_code
from bot.directory.tree import Node
from drills.duty.now import Roster, roster
from handlers.api import views
from handlers.api.describe import Answer, described
from handlers.api.paging import CURSOR, cursor, paged
from handlers.api.problems import answer, problem
from handlers.api.shapes import DutyPage, DutyShape

PAGE = 100
CODE = "区划代码：只问这一处；空着就是所有地方，一页一页给"

routes = web.RouteTableDef()


@routes.get("/api/v1/duty")
@described(
    "各地现在谁值班",
    {200: Answer("写了 area_code：最近一级值班室的人；没有写：一页，每处一条", DutyShape | DutyPage)},
    scope="read",
    query={"area_code": CODE, "area": "同 area_code", "cursor": CURSOR},
)
async def duty(request: web.Request) -> web.Response:
    """`?area_code=CODE`, or all areas. Where no roster names anybody `post` is null, and all officers are rung."""
    deps, code = request.app[DEPS], request.query.get("area_code") or request.query.get("area", "")
    await require_scope(request, Scope.read)
    now, zone, after = deps.clock.now(), deps.settings.zone, cursor(request) or 0
    async with deps.read() as session:
        found = await roster(session, now)
        phones = await lines(session, found.areas, now)
        area = await area_of_code(session, code) if code else None
    if code and area is None:
        return problem(404, "没有这个区划代码")
    if area is not None:
        return answer(_here(found, phones, found.areas.nodes[area.id], now, zone))
    ids = sorted(area_id for area_id in found.areas.nodes if area_id > after)[: PAGE + 1]
    items = [_here(found, phones, found.areas.nodes[area_id], now, zone) for area_id in ids]
    return paged(items, ids, PAGE)


def _here(found: Roster, phones: Lines, here: Node, now: datetime, zone: ZoneInfo) -> dict[str, Any]:
    desk = found.near(here.id)
    people = [
        {
            "name": one.person.name,
            "role": one.shift.role,
            "leads": one.leads,
            "since": views.moment(one.shift.starts_at, zone),
            "until": views.moment(one.shift.ends_at, zone),
            "confirmed": one.shift.confirmed_at is not None,
        }
        for one in (desk.people if desk else ())
    ]
    return {
        "area": here.code,
        "at": views.moment(now, zone),
        "post": desk.post.name if desk else None,
        "phone": desk.phone if desk else phones.of(here.id),
        "people": people,
    }
