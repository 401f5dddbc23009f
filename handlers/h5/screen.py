"""A screen's own page: what is in force for its place, large, for whoever walks by. It needs no sign-in and holds
nothing personal; that it was asked for shows that the screen lives."""

from typing import Any

from aiohttp import web

from bot.deps import DEPS
from bot.directory.outlets.models import OutletKind
from bot.directory.outlets.queries import of_code
from bot.directory.tree import tree
from broadcasts.outlets import screens
from handlers.h5.page import page

EVERY = 30  # seconds between two looks of its browser

routes = web.RouteTableDef()


@routes.get("/h5/screen/{code:[A-Z0-9]{12}}")
async def show(request: web.Request) -> web.StreamResponse:
    deps, code = request.app[DEPS], request.match_info["code"]
    now = deps.clock.now()
    async with deps.read() as session:
        outlet = await of_code(session, code)
        if outlet is None or outlet.kind is not OutletKind.screen:
            raise web.HTTPNotFound
        areas = await tree(session)
        every = await screens.shown(session, areas, outlet.area_id, now)
        lines = every[: screens.MOST]  # what is not shown is not there
        known = await screens.known(session, now)
        news = screens.unnoted(outlet, now) or await screens.expected(session, outlet, lines)
    if news:
        async with deps.begin() as session:
            again = await of_code(session, code)
            if again is not None:
                await screens.note(session, again, lines, now)
    facts: dict[str, Any] = {"place": areas.nodes[outlet.area_id].name, "lines": lines, "known": known}
    more, local = len(every) - screens.MOST, now.astimezone(deps.settings.zone)
    return await page(request, "screen.html", areas=areas, **facts, more=more, clock=f"{local:%H:%M}", every=EVERY)
