"""通报和表扬: drafts that the machine began, edited by one person, approved by another, then printed or copied."""

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any

from aiohttp import web
from sqlalchemy.ext.asyncio import AsyncSession

from bot.access.guards import Caller, posted
from bot.access.models import Role
from bot.deps import DEPS
from bot.directory.imports.cells import GROUP_KINDS, ROLES
from bot.errors import Conflict, SignalTreeError
from bot.papers import paper
from broadcasts.coverage.months import before, span
from drills.bulletins.contract import Contribution
from drills.bulletins.draft import draft, of_month
from drills.bulletins.edit import TEXT, TITLE, approve, bulletins, edit, of_uid, reopen
from drills.bulletins.models import Bulletin, State
from drills.bulletins.send import DAY, send
from handlers.console.figures.files import PDF
from handlers.console.page import county_name, page
from handlers.console.scope_guard import whole_county

MAY = (Role.officer, Role.leader, Role.approver)
WRITES = (Role.officer, Role.leader)
APPROVES = (Role.leader, Role.approver)
PRAISE: web.AppKey[Sequence[Contribution]] = web.AppKey("praise", Sequence[Contribution])

routes = web.RouteTableDef()


@routes.get("/console/bulletins")
async def every(request: web.Request) -> web.Response:
    deps, caller = request.app[DEPS], await whole_county(request, *MAY)
    last = before(deps.clock.now().astimezone(deps.settings.zone).strftime("%Y-%m"))
    async with deps.read() as session:
        rows = await bulletins(session)
        lacking = "" if await of_month(session, last) else last
    may = caller.may(*WRITES)
    return await page(request, "figures/bulletins.html", caller, rows=rows, lacking=lacking, may=may)


@routes.post("/console/bulletins")
async def begin(request: web.Request) -> web.Response:
    """Begin last month's now; one that is there is opened."""
    deps, caller = request.app[DEPS], await whole_county(request, *WRITES)
    await posted(request, caller)
    now, zone = deps.clock.now(), deps.settings.zone
    month = span(before(now.astimezone(zone).strftime("%Y-%m")), zone)
    async with deps.begin() as session:
        made = await draft(session, request.app.get(PRAISE, ()), month, by=caller.actor, at=now)
    raise web.HTTPSeeOther(f"/console/bulletins/{made.uid}")


@routes.get(r"/console/bulletins/{uid:[0-9a-f-]{36}}")
async def one(request: web.Request) -> web.Response:
    return await _shown(request, await whole_county(request, *MAY))


@routes.get(r"/console/bulletins/{uid:[0-9a-f-]{36}}.pdf")
async def print_(request: web.Request) -> web.Response:
    """A4. A draft says on each page that it is one."""
    deps, _ = request.app[DEPS], await whole_county(request, *MAY)
    async with deps.read() as session:
        found, county = await _found(session, request), await county_name(session)
    signed = found.approved_at.astimezone(deps.settings.zone) if found.approved_at else None
    facts = {
        "county": county,
        "title": found.title,
        "lines": found.text.split("\n"),
        "draft": found.state is State.draft,
        "day": f"{signed.year}年{signed.month}月{signed.day}日" if signed else "",
    }
    body = await asyncio.to_thread(paper, "commended", facts)
    name = {"Content-Disposition": f'inline; filename="bulletin-{found.month}.pdf"'}
    return web.Response(body=body, content_type=PDF, headers=name)


@routes.post(r"/console/bulletins/{uid:[0-9a-f-]{36}}/send")
async def send_out(request: web.Request) -> web.Response:
    """`kinds` of groups and `roles` of people, several each."""
    deps, caller = request.app[DEPS], await whole_county(request, *APPROVES)
    form = await posted(request, caller)
    kinds, roles = ([str(one) for one in form.getall(name, [])] for name in ("kinds", "roles"))
    try:
        async with deps.begin() as session:
            found = await _found(session, request)
            await send(session, deps.settings, found, kinds, roles, by=caller.actor, at=deps.clock.now())
    except SignalTreeError as error:
        return await _shown(request, caller, error=str(error), status=409 if isinstance(error, Conflict) else 422)
    raise web.HTTPSeeOther(f"/console/bulletins/{found.uid}")


@routes.post(r"/console/bulletins/{uid:[0-9a-f-]{36}}")
async def act(request: web.Request) -> web.Response:
    """`do` is save, approve or reopen; `version` is the one that was read."""
    caller = await whole_county(request, *MAY)
    form = {name: str(value) for name, value in (await posted(request, caller)).items()}
    try:
        async with request.app[DEPS].begin() as session:
            await _do(request, session, caller, await _found(session, request), form)
    except SignalTreeError as error:
        return await _shown(
            request, caller, error=str(error), given=form, status=409 if isinstance(error, Conflict) else 422
        )
    raise web.HTTPSeeOther(request.path)


async def _do(
    request: web.Request, session: AsyncSession, caller: Caller, found: Bulletin, form: Mapping[str, str]
) -> None:
    number, do = form.get("version", ""), form.get("do", "")
    version = int(number) if number.isdecimal() and len(number) < 9 else 0
    how: dict[str, Any] = {"version": version, "by": caller.actor, "at": request.app[DEPS].clock.now()}
    if do == "save" and caller.may(*WRITES):
        await edit(session, found, form.get("title", ""), form.get("text", ""), **how)
    elif do == "approve" and caller.may(*APPROVES):
        await approve(session, found, **how)
    elif do == "reopen" and caller.may(*APPROVES):
        await reopen(session, found, **how)
    else:
        raise web.HTTPForbidden


async def _found(session: AsyncSession, request: web.Request) -> Bulletin:
    found = await of_uid(session, request.match_info["uid"])
    if found is None:
        raise web.HTTPNotFound
    return found


async def _shown(
    request: web.Request, caller: Caller, *, error: str = "", given: Mapping[str, str] | None = None, status: int = 200
) -> web.Response:
    async with request.app[DEPS].read() as session:
        found = await _found(session, request)
    authors = [one for one in found.authors.split(",") if one]
    return await page(
        request, "figures/bulletin.html", caller, status=status, b=found, error=error, given=given or {},
        authors=authors, mine=caller.actor in authors, writes=caller.may(*WRITES),
        approves=caller.may(*APPROVES), limits=(TITLE, TEXT),
        kinds=GROUP_KINDS, roles=ROLES, day=DAY,
    )  # fmt: skip
