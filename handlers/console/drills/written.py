"""Writing a drill: its outline, and its script."""

from aiohttp import web
from sqlmodel import col, select

from bot.access.guards import Caller, posted, require_role
from bot.deps import DEPS
from bot.directory.models import Group, PersonRole
from bot.errors import SignalTreeError
from drills.drills.models import Drill
from drills.drills.participants import cast
from drills.drills.plan import amend, plan, write_script
from drills.drills.queries import areas_of, script
from handlers.console.drills.form import DrillForm, filled, lines, offered, rows, written
from handlers.console.drills.found import MAY, found
from handlers.console.page import page
from handlers.console.scope import scope

NEW = {"minutes": 60, "again": True, "grade": "red"}

routes = web.RouteTableDef()


@routes.get("/console/drills/new")
async def blank(request: web.Request) -> web.Response:
    return await _shown(request, await require_role(request, *MAY), DrillForm(data=NEW))


@routes.post("/console/drills/new")
async def make(request: web.Request) -> web.Response:
    deps, caller = request.app[DEPS], await require_role(request, *MAY)
    form = DrillForm(await posted(request, caller))
    try:
        async with deps.begin() as session:
            mine = await scope(session, caller)
            if not offered(form, mine, deps.settings).validate():
                return await _shown(request, caller, form, status=422)
            drill = await plan(
                session, deps.settings, written(form, deps.settings), inside=mine.area_id, by=caller.actor,
                at=deps.clock.now(),
            )  # fmt: skip
    except SignalTreeError as error:
        return await _shown(request, caller, form, error=str(error), status=422)
    raise web.HTTPSeeOther(f"/console/drills/{drill.uid}")


@routes.get("/console/drills/{uid}/outline")
async def draft(request: web.Request) -> web.Response:
    deps, caller = request.app[DEPS], await require_role(request, *MAY)
    async with deps.read() as session:
        drill = await found(session, await scope(session, caller), caller, request.match_info["uid"])
        data = filled(drill, await areas_of(session, drill.id), deps.settings)
    return await _shown(request, caller, DrillForm(data=data), drill)


@routes.post("/console/drills/{uid}/outline")
async def mend(request: web.Request) -> web.Response:
    deps, caller = request.app[DEPS], await require_role(request, *MAY)
    form, drill = DrillForm(await posted(request, caller)), None
    try:
        async with deps.begin() as session:
            mine = await scope(session, caller)
            drill = await found(session, mine, caller, request.match_info["uid"], change=True)
            form.road.data = drill.road.value
            if not offered(form, mine, deps.settings).validate():
                return await _shown(request, caller, form, drill, status=422)
            outline = written(form, deps.settings, drill.road)
            await amend(
                session, deps.settings, drill, outline, inside=mine.area_id, by=caller.actor, at=deps.clock.now()
            )
    except SignalTreeError as error:
        return await _shown(request, caller, form, drill, error=str(error), status=422)
    raise web.HTTPSeeOther(f"/console/drills/{drill.uid}")


@routes.get("/console/drills/{uid}/script")
async def lines_of(request: web.Request) -> web.Response:
    return await _script(request, await require_role(request, *MAY))


@routes.post("/console/drills/{uid}/script")
async def write(request: web.Request) -> web.Response:
    """The whole script at once; an emptied line is left out."""
    deps, caller = request.app[DEPS], await require_role(request, *MAY)
    form = await posted(request, caller)
    try:
        given = lines(form)
        async with deps.begin() as session:
            drill = await found(session, await scope(session, caller), caller, request.match_info["uid"], change=True)
            await write_script(session, drill, given, by=caller.actor, at=deps.clock.now())
    except (ValueError, SignalTreeError) as error:
        return await _script(request, caller, error=str(error), status=422)
    raise web.HTTPSeeOther(f"/console/drills/{drill.uid}#people")


async def _shown(
    request: web.Request, caller: Caller, form: DrillForm, drill: Drill | None = None, *, error: str = "",
    status: int = 200,
) -> web.Response:  # fmt: skip
    deps = request.app[DEPS]
    async with deps.read() as session:
        offered(form, await scope(session, caller), deps.settings)
    facts = {"form": form, "drill": drill, "error": error}
    return await page(request, "drills/outline.html", caller, status=status, **facts)


async def _script(request: web.Request, caller: Caller, *, error: str = "", status: int = 200) -> web.Response:
    """What was given stands in the form again where it was refused."""
    deps = request.app[DEPS]
    async with deps.read() as session:
        drill = await found(session, await scope(session, caller), caller, request.match_info["uid"])
        who, kept = await cast(session, drill.id), await script(session, drill.id)
        roles = set((await session.execute(select(PersonRole.role).distinct())).scalars())
        kinds = set((await session.execute(select(Group.kind).where(col(Group.kind) != "").distinct())).scalars())
    given = await request.post() if request.method == "POST" else None
    shown = list(rows(kept))
    facts = {
        "drill": drill, "rows": shown, "given": given, "count": len(shown), "error": error,
        "whoms": [*(who.roles or sorted(roles)), *(who.kinds or sorted(kinds))],
    }  # fmt: skip
    return await page(request, "drills/script.html", caller, status=status, **facts)
