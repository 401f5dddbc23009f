"""整改时限: the table by which hints are late, each row with its paper."""

from aiohttp import web

from bot.access.guards import Caller, posted
from bot.access.models import Role
from bot.deps import DEPS
from handlers.console.page import page
from handlers.console.scope_guard import whole_county
from handlers.hints.deadlines.rules import MOST, BadRule, add, rules, switch
from handlers.hints.models import Domain, Severity

MAY = (Role.officer, Role.leader, Role.admin)
CHANGES = (Role.leader, Role.admin)

routes = web.RouteTableDef()


@routes.get("/console/hint-deadlines")
async def every(request: web.Request) -> web.Response:
    return await _shown(request, await whole_county(request, *MAY))


@routes.post("/console/hint-deadlines")
async def change(request: web.Request) -> web.Response:
    """`do` is on, off or add."""
    deps, caller = request.app[DEPS], await whole_county(request, *CHANGES)
    form = {name: str(value) for name, value in (await posted(request, caller)).items()}
    now, do, number = deps.clock.now(), form.get("do", ""), form.get("rule", "")
    try:
        async with deps.begin() as session:
            if do in {"on", "off"} and number.isascii() and number.isdecimal() and len(number) < 10:
                await switch(session, int(number), on=do == "on", by=caller.actor, at=now)
            elif do == "add":
                await add(session, form, by=caller.actor, at=now)
            else:
                raise web.HTTPBadRequest
    except BadRule as error:
        return await _shown(request, caller, error=str(error), given=form, status=422)
    raise web.HTTPSeeOther(request.path)


async def _shown(
    request: web.Request, caller: Caller, *, error: str = "", given: dict[str, str] | None = None, status: int = 200
) -> web.Response:
    async with request.app[DEPS].read() as session:
        rows = await rules(session)
    return await page(
        request, "hints/deadlines.html", caller, status=status, rows=rows, error=error, given=given or {},
        may=caller.may(*CHANGES), severities=list(Severity), domains=list(Domain), most=MOST,
    )  # fmt: skip
