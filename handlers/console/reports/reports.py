"""上报: what the villages have told, the late ones first; one report, each figure beside its words; what is decided."""

from typing import Any

import orjson
from aiohttp import web
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from bot.access.guards import Caller, Form, posted, require_role
from bot.access.models import Role
from bot.deps import DEPS
from bot.directory.models import Person
from bot.errors import Conflict, SignalTreeError
from bot.record.entries import record
from broadcasts.hazards.catalogue import hazard
from broadcasts.subscriptions.places import spelled
from handlers.console.page import page
from handlers.console.scope import Scope, scope
from handlers.reports import incidents
from handlers.reports.deadlines.due import stable
from handlers.reports.decide import confirm, fallen, give_back
from handlers.reports.export import geojson, workbook
from handlers.reports.figures.form import ASKED, KEYS, filled
from handlers.reports.figures.missing import figure, missing
from handlers.reports.figures.relations import doubts
from handlers.reports.figures.write_form import follow_up, send
from handlers.reports.models import Incident, Report, Stage, State
from handlers.reports.queries import late_first, listed, of_uid, owed_of, pictures, thread, versions
from handlers.reports.reporter import Reporter
from handlers.reports.told import conversation_of
from handlers.wechat.files import path_of
from handlers.wechat.models import MediaState

PAGE = 50
EXPORTED = 2000
MAY = (Role.officer, Role.leader)
FOLLOWS = {"follow": Stage.follow, "final": Stage.final, "zero": Stage.zero}

routes = web.RouteTableDef()


@routes.get("/console/reports")
async def every(request: web.Request) -> web.Response:
    """`?state=` narrows, `?before=` goes on."""
    deps, caller = request.app[DEPS], await require_role(request, *MAY)
    asked, before = request.query.get("state", ""), request.query.get("before", "")
    states = [State(asked)] if asked in {s.value for s in State if s is not State.draft} else []
    from_ = int(before) if before.isdecimal() and len(before) < 10 else None
    async with deps.read() as session:
        mine = await scope(session, caller)
        late = await late_first(session, mine.area_id, deps.clock.now()) if from_ is None else []
        rows = await listed(session, mine.area_id, states=states, before=from_, most=PAGE + 1)
        open_ = await incidents.incidents(session, mine.area_id, most=20)
    waiting = [row for row in rows if row.report.state is State.filed]
    facts: dict[str, Any] = {
        "rows": rows[:PAGE],
        "late": late,
        "first": next(iter([*late, *waiting]), None),
        "waiting": len(waiting),
        "state": asked,
        "incidents": open_,
        "onward": rows[PAGE - 1].report.id if len(rows) > PAGE else None,
        "spelled": lambda area: spelled(mine.areas, area),
    }
    return await page(request, "reports/reports.html", caller, live="/console/live", **facts)


@routes.get(r"/console/reports.{kind:xlsx|geojson}")
async def exported(request: web.Request) -> web.Response:
    """Those of the caller's part, of an incident by `?incident=`; a look at many is on the record."""
    deps, caller = request.app[DEPS], await require_role(request, *MAY)
    kind, zone = request.match_info["kind"], deps.settings.zone
    async with deps.begin() as session:
        mine = await scope(session, caller)
        reports = [row.report for row in await listed(session, mine.area_id, most=EXPORTED)]
        if uid := request.query.get("incident", ""):
            found = await incidents.of_uid(session, uid)
            wanted = {r.id for r in await incidents.reports_in(session, found)} if found else set()
            reports = [report for report in reports if report.id in wanted]
        record(session, caller.actor, "reports.exported", kind, deps.clock.now(), count=len(reports))
    headers = {"Content-Disposition": f'attachment; filename="reports.{kind}"'}
    if kind == "geojson":
        body = orjson.dumps(geojson(reports, mine.areas, zone))
        return web.Response(body=body, content_type="application/geo+json", headers=headers)
    body = workbook(reports, mine.areas, zone)
    sheet = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    return web.Response(body=body, content_type=sheet, headers=headers)


@routes.get("/console/reports/{uid}")
async def one(request: web.Request) -> web.Response:
    return await _shown(request, await require_role(request, *MAY))


@routes.get("/console/reports/{uid}/media/{medium}")
async def medium(request: web.Request) -> web.StreamResponse:
    """A picture of a report, for those who may see the report."""
    deps, caller = request.app[DEPS], await require_role(request, *MAY)
    async with deps.read() as session:
        report = await found(session, await scope(session, caller), request.match_info["uid"])
        media = (await pictures(session, [report.id])).get(report.id, [])
    kept = next((m for m in media if m.uid == request.match_info["medium"] and m.state is MediaState.kept), None)
    if kept is None:
        raise web.HTTPNotFound
    headers = {"Content-Type": kept.mime, "Content-Disposition": f'inline; filename="{kept.uid}"'}
    return web.FileResponse(path_of(deps.settings, kept.uid), headers=headers)


@routes.post("/console/reports/{uid}")
async def act(request: web.Request) -> web.Response:
    """`do` is confirm, return, stable, join, part, follow, final, zero or send."""
    deps, caller = request.app[DEPS], await require_role(request, *MAY)
    form = await posted(request, caller)
    try:
        async with deps.begin() as session:
            mine = await scope(session, caller)
            report = await found(session, mine, request.match_info["uid"])
            to, error = await _do(request, session, mine, report, form, caller)
    except SignalTreeError as failed:
        status = 409 if isinstance(failed, Conflict) else 422
        return await _shown(request, caller, error=str(failed), status=status, word=str(form.get("word", "")))
    if error:
        return await _shown(request, caller, error=error, status=422)
    raise web.HTTPSeeOther(to)


async def _do(
    request: web.Request, session: AsyncSession, mine: Scope, report: Report, form: Form, caller: Caller
) -> tuple[str, str]:
    """Where it goes on, and what is wrong."""
    deps, do = request.app[DEPS], str(form.get("do", ""))
    now, settings, by = deps.clock.now(), deps.settings, caller.actor
    word, here = str(form.get("word", "")).strip(), f"/console/reports/{report.uid}"
    if do == "confirm":
        told = await confirm(session, settings, report, comment=word, by=by, at=now)
        return f"{here}?told={int(told)}", ""
    if do == "return":
        told = await give_back(session, settings, report, comment=word, by=by, at=now)
        return f"{here}?told={int(told)}", ""
    if do == "stable":
        await stable(session, report, now, settings.zone)
    elif do in {"join", "part"}:
        await _join(session, request, report, form, caller)
    elif do in FOLLOWS:
        who = Reporter(by, "console", home=report.area_id, road=report.road)
        begun = await follow_up(session, settings, mine.areas, who, report, FOLLOWS[do], now)
        return f"/console/reports/{begun.uid}", ""
    elif do == "send" and report.source == "console":
        made = await send(session, settings, mine.areas, report, form, by=by, at=now)
        return here, "；".join(made.wrong.values())
    else:
        raise web.HTTPBadRequest
    return here, ""


async def _join(session: AsyncSession, request: web.Request, report: Report, form: Form, caller: Caller) -> None:
    deps = request.app[DEPS]
    now, uid = deps.clock.now(), str(form.get("incident", ""))
    chosen = None
    if form.get("do") == "join":
        chosen = await incidents.of_uid(session, uid) if uid else None
        if chosen is None:
            name = str(form.get("name", ""))
            chosen = await incidents.open_incident(session, name, report, by=caller.actor, at=now)
    await incidents.join(session, deps.settings, report, chosen, by=caller.actor, at=now)


async def found(session: AsyncSession, mine: Scope, uid: str) -> Report:
    """Raises 404, also for what lies elsewhere."""
    report = await of_uid(session, uid)
    if report is None or not mine.holds(report.area_id):
        raise web.HTTPNotFound
    return report


async def _shown(
    request: web.Request, caller: Caller, *, error: str = "", word: str = "", status: int = 200
) -> web.Response:
    deps = request.app[DEPS]
    async with deps.read() as session:
        mine = await scope(session, caller)
        report = await found(session, mine, request.match_info["uid"])
        facts = await _facts(session, mine, report, deps.vault)
    if facts["phone"] and "X-Fragment" not in request.headers:
        async with deps.begin() as session:
            record(session, caller.actor, "phone.looked", report.uid, deps.clock.now())
    facts |= {"error": error, "word_given": word, "told": request.query.get("told", "")}
    facts["fields"] = filled(report, deps.settings.zone)
    return await page(request, "reports/report.html", caller, status=status, **facts)


async def _facts(session: AsyncSession, mine: Scope, report: Report, vault: Any) -> dict[str, Any]:
    person = await session.get(Person, report.person_id) if report.person_id else None
    talk = await conversation_of(session, report)
    rows = await thread(session, report.thread)
    owed = await owed_of(session, [row.id for row in rows])
    wanted = select(Incident).where(col(Incident.id) == report.incident_id)
    return {
        "r": report,
        "place": spelled(mine.areas, report.area_id),
        "danger": hazard(report.hazard).name if report.hazard else "",
        "who": person.name if person else "",
        "phone": vault.open(person.phone_sealed) if person and person.phone_sealed else "",
        "talk": talk,
        "figures": [(figure(name, one), one["words"]) for name, one in report.values.items()],
        "lacks": missing(report),
        "asks": list(dict.fromkeys([*report.asks, *doubts(report.values), *await fallen(session, report)])),
        "fell": bool(await fallen(session, report)),
        "thread": rows,
        "owed": [one for row in rows for one in owed.get(row.id, [])],
        "versions": await versions(session, report),
        "media": (await pictures(session, [report.id])).get(report.id, []),
        "incident": (await session.execute(wanted)).scalar_one_or_none() if report.incident_id else None,
        "incidents": await incidents.incidents(session, mine.area_id, most=20),
        "asked": ASKED,
        "keys": KEYS,
        "figure": figure,
    }
