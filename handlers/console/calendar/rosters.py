"""排班: a file or a pattern becomes a plan; its faults, gaps and overloads are shown first, and then it is written."""

import asyncio
from datetime import date
from typing import Any
from urllib.parse import quote

from aiohttp import web
from sqlalchemy.ext.asyncio import AsyncSession

from bot.access.guards import Caller, Form, posted, require_role
from bot.access.models import Role
from bot.deps import DEPS
from bot.directory.imports.cells import BadCell
from bot.directory.models import Person
from bot.errors import SignalTreeError
from drills.duty.models import Post
from drills.duty.now import posts
from drills.duty.rosters.daytable import read as read_days
from drills.duty.rosters.looked import Looked, directory, look
from drills.duty.rosters.pattern import fill, slots
from drills.duty.rosters.people import whom
from drills.duty.rosters.planned import Plan
from drills.duty.rosters.sheets import read
from drills.duty.rosters.template import workbook
from drills.duty.rosters.workdays import keep as keep_days
from drills.duty.rosters.workdays import workdays
from drills.duty.rosters.written import Changed, write
from drills.duty.ruled import over
from drills.duty.rules import rules
from handlers.console.calendar.duty import EDIT, post_within, within
from handlers.console.county.import_files import drop, keep, kept, sweep
from handlers.console.page import page
from handlers.console.scope import Scope, scope
from handlers.console.scope_guard import whole_county

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
LIMIT = 2 * 1024 * 1024  # bytes of a file
EMPTY: dict[str, Any] = {"post": "", "first": "", "last": "", "turns": {}}
GONE = "文件已经不在了（只保留一小时）。请重新上传。"

routes = web.RouteTableDef()


@routes.get("/console/duty/roster")
async def ask(request: web.Request) -> web.Response:
    return await _asking(request, await require_role(request, *EDIT))


@routes.get("/console/duty/roster/template.xlsx")
async def template(request: web.Request) -> web.Response:
    """The roster to fill in, with the caller's own duty rooms to choose from."""
    caller = await require_role(request, *EDIT)
    async with request.app[DEPS].read() as session:
        mine, known = await scope(session, caller), await rules(session)
        seen = [post.name for post in await posts(session) if within(mine, post.area_id)]
    body = await asyncio.to_thread(workbook, list(dict.fromkeys(seen)), list(known.roles))
    named = {"Content-Disposition": "attachment; filename*=UTF-8''" + quote("值班表模板.xlsx")}
    return web.Response(body=body, content_type=XLSX, headers=named)


@routes.post("/console/duty/roster")
async def look_at(request: web.Request) -> web.Response:
    """Show what a file or a pattern would do. Writes nothing."""
    deps, caller = request.app[DEPS], await require_role(request, *EDIT)
    form, upload = await posted(request, caller), ""
    data = await _sent(form)
    if data is not None:
        at, folder = deps.clock.now(), deps.settings.data_dir
        await asyncio.to_thread(sweep, folder, at)
        upload = await asyncio.to_thread(keep, deps.vault, folder, data, at)
    fields = _fields(form, upload)
    try:
        async with deps.read() as session:
            looked = await _looked(session, request, await scope(session, caller), fields, data)
    except (SignalTreeError, BadCell) as error:
        return await _asking(request, caller, error=str(error), fields=fields, status=422)
    return await page(request, "calendar/duty_plan.html", caller, looked=looked, fields=fields, error="")


@routes.post("/console/duty/roster/write")
async def save(request: web.Request) -> web.Response:
    """Write what was shown, if nothing has changed since; rows that are refused are left out only if that was said."""
    deps, caller = request.app[DEPS], await require_role(request, *EDIT)
    form, at = await posted(request, caller), deps.clock.now()
    fields = _fields(form, str(form.get("upload", "")))
    data = None
    if fields["upload"]:
        data = await asyncio.to_thread(kept, deps.vault, deps.settings.data_dir, fields["upload"], at)
        if data is None:
            return await _asking(request, caller, error=GONE, status=410)
    try:
        async with deps.begin() as session:
            mine = await scope(session, caller)
            looked = await _looked(session, request, mine, fields, data)
            if looked.plan.outline != form.get("outline") or (looked.plan.faults and "partial" not in form):
                raise Changed
            source = f"import:{fields['name']}" if data is not None else "pattern"
            await write(session, looked.plan, source=source, by=caller.actor, zone=deps.settings.zone, at=at)
    except Changed as error:
        async with deps.read() as session:
            looked = await _looked(session, request, await scope(session, caller), fields, data)
        return await page(
            request, "calendar/duty_plan.html", caller, looked=looked, fields=fields, error=str(error), status=409
        )
    if fields["upload"]:
        await asyncio.to_thread(drop, deps.settings.data_dir, fields["upload"])
    first = min((p.starts_at for p in looked.plan.proposed), default=at).astimezone(deps.settings.zone)
    raise web.HTTPSeeOther(f"/console/duty?week={first:%Y-%m-%d}")


@routes.post("/console/duty/days")
async def days(request: web.Request) -> web.Response:
    """The table of a year's days off. A file with a fault is not written."""
    deps, caller = request.app[DEPS], await whole_county(request, Role.admin, Role.leader)
    form = await posted(request, caller)
    data = await _sent(form) or b""
    found, faults = await asyncio.to_thread(read_days, data)
    if faults or not found:
        error = "；".join(f"{fault.cell} {fault.why}" for fault in faults[:20]) or "文件是空的。"
        return await _asking(request, caller, error=f"没有写入。{error}", status=422)
    async with deps.begin() as session:
        await keep_days(session, found, by=caller.actor, at=deps.clock.now())
    raise web.HTTPSeeOther("/console/duty/roster")


async def _sent(form: Form) -> bytes | None:
    file = form.get("file")
    data = await asyncio.to_thread(file.file.read, LIMIT) if isinstance(file, web.FileField) else b""
    return data or None


def _fields(form: Form, upload: str) -> dict[str, Any]:
    file = form.get("file")
    name = file.filename if isinstance(file, web.FileField) else str(form.get("name", ""))
    given = {field: str(form.get(field, "")).strip() for field in ("post", "first", "last")}
    turns = {key.removeprefix("turn:"): str(value) for key, value in form.items() if key.startswith("turn:")}
    return {**given, "turns": turns, "upload": upload, "name": name[:40]}


async def _looked(
    session: AsyncSession, request: web.Request, mine: Scope, fields: dict[str, Any], data: bytes | None
) -> Looked:
    """Raises what a person can mend."""
    deps = request.app[DEPS]
    known = await directory(session, deps.vault, mine.area_id)
    if data is not None:
        plan = await asyncio.to_thread(read, data, known, deps.settings.zone)
        return await look(session, plan, deps.settings.zone)
    post = await post_within(session, mine, fields["post"])
    try:
        first, last = date.fromisoformat(fields["first"]), date.fromisoformat(fields["last"])
    except ValueError:
        raise BadCell("请填从哪天到哪天。") from None
    turns = {
        role: [whom(known.people, deps.vault, known.areas, post.area_id, name, "") for name in _names(said)]
        for role, said in fields["turns"].items()
    }
    return await look(session, await _filled(session, request, post, first, last, turns), deps.settings.zone)


async def _filled(
    session: AsyncSession, request: web.Request, post: Post, first: date, last: date, turns: dict[str, list[Person]]
) -> Plan:
    zone, known = request.app[DEPS].settings.zone, await rules(session)
    wanted = [*slots(known.patterns, await workdays(session), first, last, zone)]
    return fill(wanted, turns, post.area_id, post.name)


def _names(text: str) -> list[str]:
    return [name for name in text.replace("，", " ").replace("、", " ").replace(",", " ").split() if name]


async def _asking(
    request: web.Request, caller: Caller, *, error: str = "", fields: dict[str, Any] | None = None, status: int = 200
) -> web.Response:
    deps = request.app[DEPS]
    async with deps.read() as session:
        mine, known, table = await scope(session, caller), await rules(session), await workdays(session)
        seen = [post for post in await posts(session) if within(mine, post.area_id)]
    today = deps.clock.now().astimezone(deps.settings.zone).date()
    patterns = [p for p in known.patterns if not over(p, today)]
    wanted = list(dict.fromkeys(role for p in patterns for role in p.roles.split(",")))
    return await page(
        request, "calendar/duty_roster.html", caller, status=status, error=error, posts=seen, patterns=patterns,
        roles=wanted, years=sorted(table.years), fields=fields or EMPTY,
        whole=mine.whole and caller.may(Role.admin, Role.leader),
        areas={n.id: n.name for n in mine.areas.nodes.values()},
    )  # fmt: skip
