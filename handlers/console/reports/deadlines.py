"""上报时限: the table by which reports are late, each row with its paper."""

from aiohttp import web

from bot.access.guards import Caller, posted
from bot.access.models import Role
from bot.deps import DEPS
from broadcasts.hazards.catalogue import hazard
from handlers.console.page import page
from handlers.console.scope_guard import whole_county
from handlers.reports.copies.rules import BadCopy, add_copy, copy_rules, end_copy
from handlers.reports.deadlines.due import GRAVE
from handlers.reports.deadlines.rules import LEVELS, BadRule, add, rules, switch
from handlers.reports.limits.limits import BadLimit
from handlers.reports.limits.limits import change as change_limit
from handlers.reports.limits.limits import rows as limit_rows
from handlers.reports.models import Clock, Kind, Stage

MAY = (Role.officer, Role.leader, Role.admin)
CHANGES = (Role.leader, Role.admin)

routes = web.RouteTableDef()


@routes.get("/console/report-deadlines")
async def every(request: web.Request) -> web.Response:
    return await _shown(request, await whole_county(request, *MAY))


@routes.post("/console/report-deadlines")
async def change(request: web.Request) -> web.Response:
    """`do` is on, off, add, limit: another number, or of who gets copies copy, copy-on, copy-off."""
    deps, caller = request.app[DEPS], await whole_county(request, *CHANGES)
    form = {name: str(value) for name, value in (await posted(request, caller)).items()}
    now, do, number = deps.clock.now(), form.get("do", ""), form.get("rule", "")
    try:
        async with deps.begin() as session:
            if do in {"on", "off"} and number.isdecimal() and len(number) < 10:
                await switch(session, int(number), on=do == "on", by=caller.actor, at=now)
            elif do == "limit":
                await change_limit(session, form, by=caller.actor, at=now)
            elif do == "copy":
                await add_copy(session, form, by=caller.actor, at=now)
            elif do in {"copy-on", "copy-off"} and number.isdecimal() and len(number) < 10:
                await end_copy(session, int(number), on=do == "copy-on", by=caller.actor, at=now)
            elif do == "add":
                await add(session, form, by=caller.actor, at=now)
            else:
                raise web.HTTPBadRequest
    except (BadRule, BadLimit, BadCopy) as error:
        return await _shown(request, caller, error=str(error), given=form, status=422)
    raise web.HTTPSeeOther(request.path)


async def _shown(
    request: web.Request, caller: Caller, *, error: str = "", given: dict[str, str] | None = None, status: int = 200
) -> web.Response:
    async with request.app[DEPS].read() as session:
        rows, numbers = await rules(session), await limit_rows(session)
        copies = await copy_rules(session)
    choices = {"stages": list(Stage), "kinds": [*Kind, GRAVE], "clocks": list(Clock), "levels": LEVELS}
    may = caller.may(*CHANGES)
    return await page(
        request, "reports/report_deadlines.html", caller, status=status, rows=rows, numbers=numbers, copies=copies,
        error=error, given=given or {}, may=may, hazard=hazard, **choices,
    )  # fmt: skip
