"""Who is on duty now for an area: the nearest desk upward."""

from aiohttp import web

from bot.access.guards import require_scope
from bot.access.models import Scope
from bot.deps import DEPS
from bot.directory.queries import area_of_code
from drills.duty.now import roster
from handlers.api import views
from handlers.api.describe import Answer, described
from handlers.api.problems import answer, problem
from handlers.api.shapes import DutyShape

routes = web.RouteTableDef()


@routes.get("/api/v1/duty")
@described(
    "某地现在谁值班",
    {200: Answer("最近一级值班室的人", DutyShape)},
    scope="read",
    query={"area": "区划代码，空着是全县"},
)
async def duty(request: web.Request) -> web.Response:
    """`?area=CODE`. Where no roster names anybody `post` is null, and all officers are rung."""
    deps, code = request.app[DEPS], request.query.get("area", "")
    await require_scope(request, Scope.read)
    now, zone = deps.clock.now(), deps.settings.zone
    async with deps.read() as session:
        found = await roster(session, now)
        area = await area_of_code(session, code) if code else None
    if code and area is None:
        return problem(404, "没有这个区划代码")
    root = found.areas.roots[0] if found.areas.roots else None
    here = found.areas.nodes[area.id] if area else root
    desk = found.near(here.id) if here else None
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
    phone = desk.phone if desk else found.areas.duty_phone(here.id) if here else ""
    return answer(
        {
            "area": here.code if here else "",
            "at": views.moment(now, zone),
            "post": desk.post.name if desk else None,
            "phone": phone,
            "people": people,
        }
    )
