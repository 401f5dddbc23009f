"""记一条: what somebody says on the telephone, or at the window, is typed in while it is heard."""

from aiohttp import web

from bot.access.guards import posted, require_role
from bot.access.models import Role
from bot.deps import DEPS
from bot.errors import SignalTreeError
from handlers.console.page import page
from handlers.console.scope import scope
from handlers.hints.deciding.decide import area_named
from handlers.hints.file import file
from handlers.reports.reporter import Reporter

MAY = (Role.officer, Role.leader)
FIELDS = ("words", "where", "place")

routes = web.RouteTableDef()


class NotHere(SignalTreeError):
    """没有记：这个地方不归您管。请写您这里的村，或请县值班室记。"""


class NoWords(SignalTreeError):
    """没有记：请写一句是什么隐患。"""


@routes.get("/console/hint-typed")
async def ask(request: web.Request) -> web.Response:
    caller = await require_role(request, *MAY)
    return await page(request, "hints/typed.html", caller, given=dict.fromkeys(FIELDS, ""), error="")


@routes.post("/console/hint-typed")
async def take(request: web.Request) -> web.Response:
    """The same page pressed twice files one."""
    deps, caller = request.app[DEPS], await require_role(request, *MAY)
    form = await posted(request, caller)
    given, now = {name: str(form.get(name, "")).strip() for name in FIELDS}, deps.clock.now()
    try:
        async with deps.begin() as session:
            mine = await scope(session, caller)
            area = area_named(mine.areas, given["where"]) if given["where"] else None
            if not given["words"]:
                raise NoWords
            if area is not None and not mine.holds(area):
                raise NotHere
            filed = await file(
                session, deps.settings, deps.vault, mine.areas, Reporter(caller.actor, "console", home=mine.area_id),
                given["words"], at=now, heard_at=now, known={"area_id": area, "place": given["place"][:120]},
            )  # fmt: skip
            if not mine.holds(filed.hint.area_id):
                raise NotHere
    except SignalTreeError as error:
        return await page(request, "hints/typed.html", caller, status=422, given=given, error=str(error))
    raise web.HTTPSeeOther(f"/console/hints/{filed.hint.uid}")
