"""上报: what the villages have told, the late ones first; one report, each figure beside its words; what is decided."""

from typing import Any

import orjson
from aiohttp import web
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from bot.access.guards import Caller, posted, require_role
from bot.access.models import Role
from bot.config import Settings
from bot.deps import DEPS
from bot.directory.models import Person
from bot.errors import Conflict, SignalTreeError
from bot.record.entries import record
from bot.vault import Vault
from broadcasts.hazards.catalogue import hazard
from broadcasts.subscriptions.places import spelled
from handlers.console.looks import phone_looked
from handlers.console.page import page
from handlers.console.reports.acts import perform
from handlers.console.scope import Scope, own, scope
from handlers.recordings import as_sent
from handlers.reports import incidents
from handlers.reports.copies.send import copies
from handlers.reports.daily.listed import towns
from handlers.reports.decide import fallen
from handlers.reports.export import geojson, workbook
from handlers.reports.figures.form import ASKED, KEYS, filled
from handlers.reports.figures.missing import figure, missing
from handlers.reports.figures.relations import doubts
from handlers.reports.joining.alike import alike, groups
from handlers.reports.joining.together import called
from handlers.reports.ledgers.forms import TITLES
from handlers.reports.ledgers.rows import counts, differences
from handlers.reports.limits.gravity import gravity
from handlers.reports.limits.limits import limits
from handlers.reports.models import Incident, Report, State
from handlers.reports.queries import (
    late_first,
    listed,
    of_uid,
    owed_of,
    pictures,
    rung_as_grave,
    thread,
    versions,
    waiting,
)
from handlers.reports.told import conversation_of
from handlers.wechat.files import path_of
from handlers.wechat.models import MediaState

PAGE = 50
EXPORTED = 2000
MAY = (Role.officer, Role.leader)

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
        waits = await waiting(session, mine.area_id)
        next_ = await listed(session, mine.area_id, states=[State.filed], most=1)
        rang = await rung_as_grave(session, mine.area_id)
        open_ = await incidents.incidents(session, mine.area_id, most=20)
        now, zone = deps.clock.now(), deps.settings.zone
        similar = [
            (group, called(group[0], mine.areas, zone))
            for group in await groups(session, mine.areas, mine.area_id, now)
        ]
        numbers = await limits(session)
        daily = await towns(session, mine.areas, mine.area_id, now.astimezone(zone).date(), zone)
    quiet = [town for town in daily if town.row.made_at is None]
    every_one = {row.report.id: row for row in (*rang, *rows, *late)}
    grave = {
        number for number, row in every_one.items() if gravity([row.report], row.report.words, mine.areas, numbers)
    }
    pressing = [row for number, row in every_one.items() if number in grave and row.report.state is State.filed]
    facts: dict[str, Any] = {
        "rows": rows[:PAGE],
        "late": late,
        "first": next(iter([*pressing, *late, *next_]), None),
        "waiting": waits,
        "state": asked,
        "incidents": open_,
        "daily": len(daily),
        "quiet": len(quiet),
        "similar": similar,
        "grave": grave,
        "pressing": len(pressing),
        "missing": sum(town.late(now) for town in quiet),
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
        of = await _of_incident(session, request.query.get("incident", ""))
        rows = await listed(session, mine.area_id, of=of, most=EXPORTED + 1)
        reports, cut = [row.report for row in rows[:EXPORTED]], len(rows) > EXPORTED
        more: dict[str, Any] = {"cut": True} if cut else {}
        record(session, caller.actor, "reports.exported", kind, deps.clock.now(), count=len(reports), **more)
    headers = {"Content-Disposition": f'attachment; filename="reports.{kind}"'}
    if kind == "geojson":
        body = orjson.dumps(geojson(reports, mine.areas, zone, cut=cut))
        return web.Response(body=body, content_type="application/geo+json", headers=headers)
    body = workbook(reports, mine.areas, zone, cut=cut)
    sheet = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    return web.Response(body=body, content_type=sheet, headers=headers)


async def _of_incident(session: AsyncSession, uid: str) -> set[int] | None:
    """The reports by which it counts; None where all are asked for."""
    if not uid:
        return None
    incident = await incidents.of_uid(session, uid)
    return {report.id for report in await incidents.reports_in(session, incident)} if incident else set()


@routes.get("/console/reports/{uid}")
async def one(request: web.Request) -> web.Response:
    return await _shown(request, await require_role(request, *MAY))


@routes.get("/console/reports/{uid}/media/{medium}")
async def medium(request: web.Request) -> web.StreamResponse:
    """A picture or a video of a report, for those who may see the report."""
    deps, caller = request.app[DEPS], await require_role(request, *MAY)
    async with deps.read() as session:
        _, report = await found(session, caller, request.match_info["uid"])
        media = (await pictures(session, [report.id])).get(report.id, [])
    kept = next((m for m in media if m.uid == request.match_info["medium"] and m.state is MediaState.kept), None)
    if kept is None:
        raise web.HTTPNotFound
    return as_sent(path_of(deps.settings, kept.uid), kept.mime)


@routes.post("/console/reports/{uid}")
async def act(request: web.Request) -> web.Response:
    """`do` is confirm, return, stable, join, together, part, follow, final, zero or send."""
    deps, caller = request.app[DEPS], await require_role(request, *MAY)
    form = await posted(request, caller)
    try:
        async with deps.begin() as session:
            mine, report = await found(session, caller, request.match_info["uid"])
            to, error = await perform(session, deps.settings, mine, report, form, caller, deps.clock.now())
    except SignalTreeError as failed:
        status = 409 if isinstance(failed, Conflict) else 422
        return await _shown(request, caller, error=str(failed), status=status, word=str(form.get("word", "")))
    if error:
        return await _shown(request, caller, error=error, status=422)
    raise web.HTTPSeeOther(to)


async def found(session: AsyncSession, caller: Caller, uid: str) -> tuple[Scope, Report]:
    """The caller's scope, and the report. Raises 404, also for what lies elsewhere."""
    mine = await scope(session, caller)
    return mine, own(mine, await of_uid(session, uid))


async def _shown(
    request: web.Request, caller: Caller, *, error: str = "", word: str = "", status: int = 200
) -> web.Response:
    deps = request.app[DEPS]
    async with deps.read() as session:
        mine, report = await found(session, caller, request.match_info["uid"])
        facts = await _facts(session, mine, report, deps.vault, deps.settings)
    if facts["phone"]:
        await phone_looked(request, caller, report.uid)
    facts |= {"error": error, "word_given": word, "told": request.query.get("told", "")}
    facts["fields"] = filled(report, deps.settings.zone)
    return await page(request, "reports/report.html", caller, status=status, **facts)


async def _facts(
    session: AsyncSession, mine: Scope, report: Report, vault: Vault, settings: Settings
) -> dict[str, Any]:
    person = await session.get(Person, report.person_id) if report.person_id else None
    talk = await conversation_of(session, report)
    rows = await thread(session, report.thread)
    owed = await owed_of(session, [row.id for row in rows])
    wanted = select(Incident).where(col(Incident.id) == report.incident_id)
    counted = await counts(session, report.thread)
    return {
        "grave": gravity([report], report.words, mine.areas, await limits(session)),
        "similar": await alike(session, mine.areas, report, mine.holds),
        "called": called(report, mine.areas, settings.zone),
        "spelled": lambda area: spelled(mine.areas, area),
        "whole": mine.whole,
        "ledgers": TITLES,
        "counted": counted,
        "ledger_asks": differences(report, counted) if mine.whole else [],
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
        "copied": await copies(session, report),
        "versions": await versions(session, report),
        "media": (await pictures(session, [report.id])).get(report.id, []),
        "incident": (await session.execute(wanted)).scalar_one_or_none() if report.incident_id else None,
        "incidents": await incidents.incidents(session, mine.area_id, most=20),
        "asked": ASKED,
        "keys": KEYS,
        "figure": figure,
    }
