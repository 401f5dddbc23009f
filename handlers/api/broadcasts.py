"""How far a sending is, and what became of each copy."""

from aiohttp import web

from bot.access.guards import require_scope
from bot.access.models import Scope
from bot.deps import DEPS
from broadcasts.alerts.models import Alert
from broadcasts.dispatch import queries
from broadcasts.dispatch.progress import progress
from broadcasts.dispatch.states import State
from handlers.api import views
from handlers.api.describe import Answer, described
from handlers.api.problems import answer, problem
from handlers.api.shapes import BroadcastShape, DeliveryPage

routes = web.RouteTableDef()
PAGE = 200


@routes.get("/api/v1/broadcasts/{id}")
@described("一次发送到了哪一步", {200: Answer("各种状态的份数", BroadcastShape)}, scope="read")
async def show(request: web.Request) -> web.Response:
    """The counts of one sending: seven states that partition `targets`."""
    deps = request.app[DEPS]
    await require_scope(request, Scope.read)
    async with deps.read() as session:
        found = await queries.broadcast(session, request.match_info["id"])
        if found is None:
            return problem(404, "没有这次发送")
        alert = await session.get(Alert, found.alert_id) if found.alert_id else None
        counted = await progress(session, found)
    return answer(views.broadcast(counted, alert.uid if alert else None, deps.settings.zone))


@routes.get("/api/v1/broadcasts/{id}/deliveries")
@described(
    "每一份送给谁、结果如何",
    {200: Answer("一页", DeliveryPage)},
    scope="read",
    query={"state": "只要这种状态", "cursor": "上一页的 next，原样写"},
)
async def deliveries(request: web.Request) -> web.Response:
    """A page of copies; `?state=`, `?cursor=`."""
    deps = request.app[DEPS]
    await require_scope(request, Scope.read)
    state, cursor = request.query.get("state", ""), request.query.get("cursor", "0")
    if state and state not in set(State):
        return problem(400, "没有这种状态", f"state 应是其中之一：{'、'.join(State)}")
    if not cursor.isdigit():
        return problem(400, "cursor 不对", "请原样使用上一页的 next")
    async with deps.read() as session:
        if await queries.broadcast(session, request.match_info["id"]) is None:
            return problem(404, "没有这次发送")
        rows = await queries.copies(
            session, request.match_info["id"], after=int(cursor), most=PAGE + 1, states=[State(state)] if state else []
        )
    zone = deps.settings.zone
    items = [
        {
            "target": {"kind": c.kind, "id": c.target, "name": c.name, "area": c.area},
            "channel": c.channel or None,
            "purpose": c.purpose,
            "state": c.state.value,
            "reason": c.reason or None,
            "attempts": c.attempts,
            "attempted_at": views.moment(c.attempted_at, zone),
            "settled_at": views.moment(c.settled_at, zone),
            "answer": None,
        }
        for c in rows[:PAGE]
    ]
    return answer({"items": items, "next": str(rows[PAGE - 1].id) if len(rows) > PAGE else None})
