"""评估: the words beside the figures, what is changed in the plan, its end, and the report as PDF and as a sheet."""

import asyncio
from datetime import date

from aiohttp import web
from sqlalchemy.ext.asyncio import AsyncSession

from bot.access.guards import Form, posted, require_role, signed_in
from bot.deps import DEPS
from bot.errors import Conflict, SignalTreeError
from bot.papers import paper
from bot.record.entries import record
from drills.drills.afterwards import evaluation as words
from drills.drills.afterwards.measured import measured
from drills.drills.afterwards.report import Told, facts, workbook
from drills.drills.models import Drill
from drills.drills.participants import cast
from drills.drills.queries import areas_of
from drills.drills.wording import places
from handlers.console.drills.found import MAY, found
from handlers.console.drills.names import named, readable
from handlers.console.drills.one import shown
from handlers.console.scope import scope

SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

routes = web.RouteTableDef()


@routes.post("/console/drills/{uid}/evaluation")
async def write(request: web.Request) -> web.Response:
    """`do` is save, revise, out, done or close; close saves what stands in the form first."""
    deps, caller = request.app[DEPS], await require_role(request, *MAY)
    form, at = await posted(request, caller), deps.clock.now()
    try:
        async with deps.begin() as session:
            drill = await found(session, await scope(session, caller), caller, request.match_info["uid"], change=True)
            if form.get("do") in {"save", "close"}:
                given = {name: str(form[name]) for name in words.items() if name in form}
                await words.evaluate(session, drill, given, by=caller.actor, at=at)
        async with deps.begin() as session:
            drill = await found(session, await scope(session, caller), caller, request.match_info["uid"], change=True)
            await _do(session, drill, form, by=caller.actor, request=request)
    except SignalTreeError as error:
        return await shown(request, caller, error=str(error), status=409 if isinstance(error, Conflict) else 422)
    raise web.HTTPSeeOther(f"/console/drills/{drill.uid}#evaluation")


async def _do(session: AsyncSession, drill: Drill, form: Form, *, by: str, request: web.Request) -> None:
    at, do, uid = request.app[DEPS].clock.now(), form.get("do"), str(form.get("revision", ""))
    if do == "revise":
        await words.revise(
            session, drill, what=str(form.get("what", "")), owner=str(form.get("owner", "")),
            due_on=_day(str(form.get("due_on", ""))), by=by, at=at,
        )  # fmt: skip
    elif do == "out":
        await words.take_out(session, drill, uid, by=by, at=at)
    elif do == "done":
        await words.revised(session, drill, uid, by=by, at=at)
    elif do == "close":
        await words.close(session, drill, by=by, at=at)
    elif do != "save":
        raise web.HTTPBadRequest


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise words.BadRevision("什么时候改完") from None


@routes.get("/console/drills/{uid}/report.pdf")
async def printed(request: web.Request) -> web.Response:
    told = await _told(request)
    body = await asyncio.to_thread(paper, "drill", facts(told, request.app[DEPS].clock.now()))
    return _file(body, "application/pdf", f"drill-{told.drill.number}.pdf")


@routes.get("/console/drills/{uid}/report.xlsx")
async def sheet(request: web.Request) -> web.Response:
    told = await _told(request)
    return _file(await asyncio.to_thread(workbook, told), SHEET, f"drill-{told.drill.number}.xlsx")


async def _told(request: web.Request) -> Told:
    """A report names the silent, as the drill's page does: who took it is on the record."""
    deps, caller = request.app[DEPS], await signed_in(request)
    async with deps.read() as session:
        mine = await scope(session, caller)
        drill = await found(session, mine, caller, request.match_info["uid"])
        here = await readable(session, mine, caller, drill)
        told = Told(
            drill,
            places(mine.areas, await areas_of(session, drill.id)),
            named(await measured(session, drill), await cast(session, drill.id), mine, here),
            await words.evaluation(session, drill.id),
            await words.revisions(session, drill.id),
            deps.settings.zone,
        )
    async with deps.begin() as session:
        record(session, caller.actor, "drill.report", drill.uid, deps.clock.now())
    return told


def _file(body: bytes, kind: str, name: str) -> web.Response:
    return web.Response(body=body, content_type=kind, headers={"Content-Disposition": f'inline; filename="{name}"'})
