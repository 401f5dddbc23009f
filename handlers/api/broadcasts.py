"""How far a sending is, and what became of each copy."""

from collections.abc import Mapping

from aiohttp import web

from bot.access.guards import require_scope
from bot.access.models import Scope
from bot.deps import DEPS
from broadcasts.alerts.models import Alert
from broadcasts.answers.counted import answered, forwarded, said_by
from broadcasts.answers.models import Said
from broadcasts.audience.select import OUTLETS
from broadcasts.dispatch import queries
from broadcasts.dispatch.byhand import relay
from broadcasts.dispatch.progress import progress
from broadcasts.dispatch.states import State
from broadcasts.outlets.figures import outlet_figures, played_at
from handlers.api import views
from handlers.api.describe import Answer, described
from handlers.api.paging import CURSOR, chosen, cursor, paged
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
        counted.answered = await answered(session, found.id)
        outlets = await outlet_figures(session, found.id)
    return answer(views.broadcast(counted, outlets, alert.uid if alert else None, deps.settings.zone))


@routes.get("/api/v1/broadcasts/{id}/deliveries")
@described(
    "每一份送给谁、结果如何",
    {200: Answer("一页", DeliveryPage)},
    scope="read",
    query={"state": "只要这种状态", "cursor": CURSOR},
)
async def deliveries(request: web.Request) -> web.Response:
    """A page of copies; `?state=`, `?cursor=`."""
    deps = request.app[DEPS]
    await require_scope(request, Scope.read)
    state, after = chosen(request, "state", State), cursor(request)
    async with deps.read() as session:
        if await queries.broadcast(session, request.match_info["id"]) is None:
            return problem(404, "没有这次发送")
        rows = await queries.copies(
            session, request.match_info["id"], after=after or 0, most=PAGE + 1, states=[state] if state else []
        )
        said = await said_by(session, request.match_info["id"])
        by_hand = await forwarded(session, request.match_info["id"])
        played = await played_at(session, request.match_info["id"])
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
            "answer": said.get(c.target) if c.kind == "person" else _by_hand(c, by_hand, played),
        }
        for c in rows
    ]
    return paged(items, [c.id for c in rows], PAGE)


def _by_hand(copy: queries.Copy, by_hand: set[str], played: Mapping[str, str]) -> str | None:
    """已转发, 已播 and 播不了 are what is answered to a copy that goes by hand."""
    if copy.channel in OUTLETS:
        return played.get(copy.target)
    return Said.relayed.value if copy.channel == relay.CHANNEL and copy.target in by_hand else None
