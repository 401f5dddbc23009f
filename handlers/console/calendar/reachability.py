"""联络测试: how many can be reached, who cannot, and who may be asked in their place."""

from typing import Any

from aiohttp import web

from bot.access.guards import require_role
from bot.access.models import Role
from bot.deps import DEPS
from drills.reminders.soundings import SHOWN, latest, unreachable
from handlers.console.page import page
from handlers.console.scope import scope

MAY = (Role.officer, Role.leader, Role.admin)

routes = web.RouteTableDef()


@routes.get("/console/reachability")
async def show(request: web.Request) -> web.Response:
    """The newest test with its names, the others with their figures. A town sees its own people alone."""
    deps, caller = request.app[DEPS], await require_role(request, *MAY)
    async with deps.read() as session:
        mine = await scope(session, caller)
        rows = await latest(session, SHOWN)
        rows = [row for row in rows if row[1].area_id is None or mine.holds(row[1].area_id)]
        people = await unreachable(session, rows[0][0], rows[0][1]) if rows else []
    seen = [one for one in people if mine.holds(one.area_id)]
    facts: dict[str, Any] = {
        "newest": rows[0] if rows else None,
        "older": rows[1:],
        "whole": mine.whole,
        "silent": seen,
        "alone": sum(not one.instead for one in seen),
    }
    return await page(request, "calendar/reachability.html", caller, **facts)
