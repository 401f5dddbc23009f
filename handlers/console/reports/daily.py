"""缺报名单 and 及时率: which towns have not said how it stands today, and how often each was in time."""

from datetime import date

from aiohttp import web

from bot.access.guards import Caller, posted, require_role
from bot.access.models import Role
from bot.deps import DEPS
from handlers.console.page import page
from handlers.console.scope import scope
from handlers.reports.daily.listed import days, towns
from handlers.reports.daily.rates import rates
from handlers.reports.decide import confirm
from handlers.reports.file import file
from handlers.reports.models import State
from handlers.reports.reporter import Reporter

MAY = (Role.officer, Role.leader)

routes = web.RouteTableDef()


@routes.get("/console/daily-reports")
async def every(request: web.Request) -> web.Response:
    """`?day=` is another one than today."""
    return await _shown(request, await require_role(request, *MAY))


@routes.post("/console/daily-reports")
async def quiet(request: web.Request) -> web.Response:
    """The officer has telephoned: nothing is new in that town. Pressed twice it is said once."""
    deps, caller = request.app[DEPS], await require_role(request, *MAY)
    form = await posted(request, caller)
    now, settings, text = deps.clock.now(), deps.settings, str(form.get("area", ""))
    async with deps.begin() as session:
        mine = await scope(session, caller)
        node = mine.areas.nodes.get(int(text)) if text.isdecimal() and len(text) < 10 else None
        if node is None or node.town_id != node.id:
            raise web.HTTPBadRequest
        if not mine.holds(node.id):
            raise web.HTTPForbidden
        who = Reporter(caller.actor, "console", home=node.id)
        filed = await file(session, settings, mine.areas, who, f"零报告：{node.name}", at=now, heard_at=now)
        if filed.report.state is State.filed:
            await confirm(session, settings, filed.report, by=caller.actor, at=now)
    raise web.HTTPSeeOther("/console/daily-reports")


@routes.get("/console/report-rates")
async def timely(request: web.Request) -> web.Response:
    """`?month=2026-07`; without it this one."""
    deps, caller = request.app[DEPS], await require_role(request, *MAY)
    now, zone = deps.clock.now(), deps.settings.zone
    month = _month(request.query.get("month", "")) or now.astimezone(zone).date().replace(day=1)
    before = date(month.year - (month.month == 1), (month.month - 2) % 12 + 1, 1)
    async with deps.read() as session:
        mine = await scope(session, caller)
        rows = await rates(session, mine.areas, mine.area_id, month, now, zone)
    return await page(request, "reports/rates.html", caller, rows=rows, month=month, before=before)


def _month(text: str) -> date | None:
    try:
        return date.fromisoformat(f"{text[:7]}-01") if text > "2000" else None
    except ValueError:
        return None


async def _shown(request: web.Request, caller: Caller) -> web.Response:
    deps = request.app[DEPS]
    now, zone = deps.clock.now(), deps.settings.zone
    today = now.astimezone(zone).date()
    try:
        day = date.fromisoformat(request.query.get("day", "")) if "day" in request.query else today
    except ValueError:
        raise web.HTTPBadRequest from None
    async with deps.read() as session:
        mine = await scope(session, caller)
        rows = await towns(session, mine.areas, mine.area_id, day, zone)
        known = await days(session)
    late = sum(town.row.made_at is not None and town.late(now) for town in rows)
    return await page(
        request,
        "reports/daily.html",
        caller,
        live="/console/live",
        rows=rows,
        late=late,
        day=day,
        today=today,
        days=known,
    )
