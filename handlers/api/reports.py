"""The machine's door for reports: how a sentence is read, one that is filed, and all of them for other platforms."""

from typing import Any
from zoneinfo import ZoneInfo

from aiohttp import web
from sqlmodel import col, select

from bot.access.guards import require_scope
from bot.access.models import Scope
from bot.deps import DEPS
from bot.directory.tree import Tree, tree
from broadcasts.dispatch.states import Road
from broadcasts.hazards.catalogue import hazard
from handlers.api.bodies import body_of, own_key
from handlers.api.describe import Answer, described
from handlers.api.paging import CURSOR, chosen, cursor, paged
from handlers.api.problems import answer, problem
from handlers.api.report_shapes import ReadShape, ReportBody, ReportPage, ReportShape
from handlers.api.told import told
from handlers.api.views import moment
from handlers.reports.file import file
from handlers.reports.models import Incident, Report, State
from handlers.reports.queries import listed, of_uid
from handlers.reports.reading.read import Reading, read
from handlers.reports.reporter import Reporter

PAGE = 100
LONGEST = 4000  # letters of a report

routes = web.RouteTableDef()


@routes.post("/api/v1/reports")
@described(
    "报一件灾情、险情或事故",
    {
        200: Answer("怎样读的（dry_run），或已经有的这一份", ReadShape | ReportShape),
        201: Answer("已存为初报", ReportShape),
    },
    scope="reports",
    query={"dry_run": "写 1：只回答怎样读的，什么也不存"},
    takes={"application/json": ReportBody},
)
async def take(request: web.Request) -> web.Response:
    """A sentence is read and filed at once; what is missing or doubtful stands in `asks`, and is no refusal."""
    deps, caller = request.app[DEPS], await require_scope(request, Scope.reports)
    body = await body_of(request, ReportBody, "body 应是 {text, area_code, at}。")
    if isinstance(body, web.Response):
        return body
    now, zone = deps.clock.now(), deps.settings.zone
    async with deps.read() as session:
        areas = await tree(session)
    where = told(body, areas, now, LONGEST)
    if isinstance(where, web.Response):
        return where
    home, at = where
    if request.query.get("dry_run", "") not in {"", "0"}:
        return answer(_read(read(body.text, areas, home.id if home else None, at, zone)))
    who = Reporter(caller.actor, "api", home=home.id if home else None)
    key = f"api:{own_key(caller, body.id)[:40]}" if body.id else None
    known = {"lon": body.lon, "lat": body.lat}
    async with deps.begin() as session:
        filed = await file(session, deps.settings, areas, who, body.text, at=now, heard_at=at, key=key, known=known)
        shown = report(filed.report, areas, zone, None)
    return answer(shown, 201 if filed.new else 200)


@routes.get("/api/v1/reports")
@described(
    "上报的一页，新的在前",
    {200: Answer("一页", ReportPage)},
    scope="read",
    query={"state": "只要这种状态：filed、confirmed 或 returned", "cursor": CURSOR},
)
async def page(request: web.Request) -> web.Response:
    """A page of reports, newest first; drafts are nobody's business yet."""
    deps = request.app[DEPS]
    await require_scope(request, Scope.read)
    state, before = chosen(request, "state", State), cursor(request)
    async with deps.read() as session:
        areas = await tree(session)
        rows = await listed(session, None, states=[state] if state else [], before=before, most=PAGE + 1)
        names = await _incidents(session, [row.report for row in rows])
    items = [report(row.report, areas, deps.settings.zone, names.get(row.report.incident_id)) for row in rows]
    return paged(items, [row.report.id for row in rows], PAGE)


@routes.get("/api/v1/reports/{id}")
@described("一份上报", {200: Answer("这一份", ReportShape)}, scope="read")
async def one(request: web.Request) -> web.Response:
    deps = request.app[DEPS]
    await require_scope(request, Scope.read)
    async with deps.read() as session:
        found = await of_uid(session, request.match_info["id"])
        if found is None or found.state is State.draft:
            return problem(404, "没有这一份")
        names = await _incidents(session, [found])
        return answer(report(found, await tree(session), deps.settings.zone, names.get(found.incident_id)))


def report(r: Report, areas: Tree, zone: ZoneInfo, incident: str | None) -> dict[str, Any]:
    """What the machine API says of a report; the field names are public. No name of a person."""
    node = areas.nodes[r.area_id]
    return {
        "id": r.uid,
        "number": r.number,
        "thread": r.thread,
        "stage": r.stage.value,
        "kind": r.kind.value,
        "state": r.state.value,
        "drill": r.road is not Road.live,
        "source": r.source,
        "area_code": node.code,
        "area": node.name,
        "group": r.group,
        "hazard": r.hazard or None,
        "happened_at": moment(r.happened_at, zone),
        "first_at": moment(r.first_at, zone),
        "filed_at": moment(r.filed_at, zone),
        "text": r.words,
        "place": r.place,
        "lon": r.lon,
        "lat": r.lat,
        "comment": r.comment,
        "incident_id": incident,
        "version": r.version,
        "fields": [_field(name, one["value"], one["unit"], one["words"]) for name, one in r.values.items()],
        "asks": r.asks,
    }


def _read(made: Reading) -> dict[str, Any]:
    """Danger, village and group stand beside the figures, each with its words."""
    fields = [_field(one.name, one.value, made.values[one.name]["unit"], one.words) for one in made.figures]
    if made.place.group:
        fields.insert(0, _field("组", made.place.group, "", made.place.group_words))
    if made.area is not None:
        fields.insert(0, _field("村" if made.area.level != "县" else "地方", made.area.name, "", made.place.words))
    if made.hazard:
        fields.insert(0, _field("灾种", hazard(made.hazard).name, "", made.hazard_words))
    if made.when.at is not None and not made.when.future:
        fields.append(_field("发生时间", made.when.at.isoformat(timespec="minutes"), "", made.when.words))
    asks = ["没有读出发生了什么。请写一句话，例如：三组垮坡，路断了，没人伤。"] if made.empty else []
    return {"stage": made.stage.value, "kind": made.kind.value, "fields": fields, "asks": [*asks, *made.asks]}


def _field(name: str, value: float | str | None, unit: str, words: str) -> dict[str, Any]:
    plain = int(value) if isinstance(value, float) and value == int(value) else value
    return {"name": name, "value": plain, "unit": unit, "words": words}


async def _incidents(session: Any, reports: list[Report]) -> dict[int | None, str]:
    ids = {r.incident_id for r in reports if r.incident_id}
    rows = (await session.execute(select(Incident).where(col(Incident.id).in_(ids)))).scalars()
    return {row.id: row.uid for row in rows}
