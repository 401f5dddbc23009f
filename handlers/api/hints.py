"""The machine's door for hints: one that another platform has taken, and all of them for other platforms."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from aiohttp import web

from bot.access.guards import require_scope
from bot.access.models import Scope
from bot.deps import DEPS
from bot.directory.tree import Node, Tree, tree
from broadcasts.dispatch.states import Road
from handlers.api.bodies import body_of, own_key
from handlers.api.describe import Answer, described
from handlers.api.hint_shapes import HintBody, HintPage, HintShape
from handlers.api.paging import CURSOR, chosen, cursor, paged
from handlers.api.problems import answer, problem
from handlers.api.told import told
from handlers.api.views import moment
from handlers.hints.file import LONGEST, file
from handlers.hints.models import Hint, State
from handlers.hints.queries import late, listed, of_uid
from handlers.reports.reporter import Reporter

PAGE = 100

routes = web.RouteTableDef()


@routes.post("/api/v1/hints")
@described(
    "报一条隐患（随手拍）",
    {200: Answer("已经有的这一条", HintShape), 201: Answer("已存下，待受理", HintShape)},
    scope="reports",
    takes={"application/json": HintBody},
)
async def take(request: web.Request) -> web.Response:
    """Filed at once; an officer accepts it. The caller's own id makes a repeat harmless."""
    deps, caller = request.app[DEPS], await require_scope(request, Scope.reports)
    body = await body_of(request, HintBody, "body 应是 {text, area_code, place, at, id, lon, lat}。", one="一条")
    if isinstance(body, web.Response):
        return body
    now, zone = deps.clock.now(), deps.settings.zone
    async with deps.read() as session:
        areas = await tree(session)
    where = _told(body, areas, now)
    if isinstance(where, web.Response):
        return where
    node, at = where
    key = f"api:{own_key(caller, body.id)[:40]}" if body.id else None
    known = {"area_id": node.id if node else None, "place": body.place.strip()[:120], "lon": body.lon, "lat": body.lat}
    async with deps.begin() as session:
        filed = await file(
            session, deps.settings, deps.vault, areas, Reporter(caller.actor, "api"), body.text, at=now, heard_at=at,
            key=key, known=known,
        )  # fmt: skip
        shown = hint(filed.hint, areas, zone, now)
    return answer(shown, 201 if filed.new else 200)


@routes.get("/api/v1/hints")
@described(
    "隐患的一页，新的在前",
    {200: Answer("一页", HintPage)},
    scope="read",
    query={"state": f"只要这种状态：{'、'.join(State)}", "cursor": CURSOR},
)
async def page(request: web.Request) -> web.Response:
    """A page of hints, newest first."""
    deps = request.app[DEPS]
    await require_scope(request, Scope.read)
    state, before = chosen(request, "state", State), cursor(request)
    async with deps.read() as session:
        areas = await tree(session)
        rows = await listed(session, None, states=[state] if state else [], before=before, most=PAGE + 1)
    items = [hint(row.hint, areas, deps.settings.zone, deps.clock.now()) for row in rows]
    return paged(items, [row.hint.id for row in rows], PAGE)


@routes.get("/api/v1/hints/{id}")
@described("一条隐患", {200: Answer("这一条", HintShape)}, scope="read")
async def one(request: web.Request) -> web.Response:
    deps = request.app[DEPS]
    await require_scope(request, Scope.read)
    async with deps.read() as session:
        found = await of_uid(session, request.match_info["id"])
        if found is None:
            return problem(404, "没有这一条")
        return answer(hint(found, await tree(session), deps.settings.zone, deps.clock.now()))


def hint(h: Hint, areas: Tree, zone: ZoneInfo, now: datetime) -> dict[str, Any]:
    """What the machine API says of a hint; the field names are public. No name of a person."""
    node = areas.nodes[h.area_id]
    return {
        "id": h.uid,
        "number": h.number,
        "state": h.state.value,
        "drill": h.road is not Road.live,
        "source": h.source,
        "anonymous": h.anonymous,
        "area_code": node.code,
        "area": node.name,
        "group": h.group,
        "place": h.place,
        "lon": h.lon,
        "lat": h.lat,
        "text": h.words,
        "proposed": h.proposed or None,
        "domain": h.domain or None,
        "severity": h.severity or None,
        "measures": h.measures,
        "funds": h.funds,
        "plan": h.plan,
        "due_at": moment(h.due_at, zone),
        "basis": h.basis,
        "overdue": late(h, now),
        "result": h.result,
        "comment": h.comment,
        "reward": h.reward,
        "joined_id": h.joined or None,
        "version": h.version,
        "filed_at": moment(h.filed_at, zone),
        "done_at": moment(h.done_at, zone),
        "closed_at": moment(h.closed_at, zone),
    }


def _told(body: HintBody, areas: Tree, now: datetime) -> tuple[Node | None, datetime] | web.Response:
    """Where it is and when it was seen; or what is wrong with it, named."""
    if "\x00" in body.place:
        return problem(422, "内容有误", f"text 要有一句话，最多 {LONGEST} 个字。")
    return told(body, areas, now, LONGEST)
