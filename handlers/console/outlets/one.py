"""One loudspeaker or screen: what was played there, the address of a screen's page, and taking it off the list."""

import sqlalchemy as sa
from aiohttp import web
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from bot.access.guards import Caller, posted, require_role
from bot.access.models import Role
from bot.deps import DEPS
from bot.directory.outlets.models import Outlet
from bot.directory.outlets.queries import Standing, outlets
from bot.record.entries import record
from broadcasts.outlets.past import past
from handlers.console.outlets.listing import MAY, shown
from handlers.console.page import page
from handlers.console.scope import scope
from handlers.console.scope_guard import whole_county

routes = web.RouteTableDef()


@routes.get("/console/outlets/{uid}")
async def show(request: web.Request) -> web.Response:
    deps, caller = request.app[DEPS], await require_role(request, *MAY)
    now = deps.clock.now()
    async with deps.read() as session:
        outlet = await _found(session, caller, request.match_info["uid"])
        rows = await past(session, outlet.id, outlet.kind)
        whole = (await scope(session, caller)).whole
    address = f"{deps.settings.base_url}/h5/screen/{outlet.code}" if deps.settings.base_url else ""
    (one,) = shown([outlet], now)
    return await page(
        request, "outlets/outlet.html", caller, one=one, rows=rows, address=address,
        path=f"/h5/screen/{outlet.code}", may_remove=whole and caller.may(Role.admin),
    )  # fmt: skip


@routes.post("/console/outlets/{uid}/remove")
async def take_off(request: web.Request) -> web.Response:
    """It is not there any more. What was played there stays on the record."""
    caller = await whole_county(request, Role.admin)
    await posted(request, caller)
    deps = request.app[DEPS]
    async with deps.begin() as session:
        outlet = await _found(session, caller, request.match_info["uid"])
        now = deps.clock.now()
        await session.execute(sa.update(Outlet).where(col(Outlet.id) == outlet.id).values(gone_at=now))
        record(session, caller.actor, "outlet.removed", f"outlet:{outlet.uid}", now)
    raise web.HTTPSeeOther("/console/outlets")


async def _found(session: AsyncSession, caller: Caller, uid: str) -> Standing:
    mine = await scope(session, caller)
    found = await outlets(session, inside=mine.area_id, uid=uid)
    if not found:
        raise web.HTTPNotFound
    return found[0]
