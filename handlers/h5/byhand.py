"""要您动手的: all that one person does by hand, what to forward and what to play, behind one link."""

from typing import Any

from aiohttp import web

from bot.deps import DEPS
from broadcasts.dispatch.byhand import outlets, relay
from broadcasts.dispatch.byhand.tasks import shown
from handlers.h5 import outlets as playing
from handlers.h5 import relay as forwarding
from handlers.h5.identity import form_key
from handlers.h5.oauth import known
from handlers.h5.page import page

routes = web.RouteTableDef()


@routes.get("/h5/byhand")
async def look(request: web.Request) -> web.StreamResponse:
    """To see it is to have been given it. What is pressed goes to each kind's own door, and leads back here."""
    deps = request.app[DEPS]
    now = deps.clock.now()
    async with deps.begin() as session:
        who = await known(request, session)
        relays = await relay.tasks_for(session, who.person.id, now) if who.person else []
        plays = await outlets.tasks_for(session, who.person.id, who.road, now) if who.person else []
        for number in [*(task.delivery_id for task in relays), *(task.delivery_id for task in plays)]:
            await shown(session, number, now)
    facts: dict[str, Any] = {
        "relays": relays,
        "plays": plays,
        "relay_key": form_key(deps, who, forwarding.PAGE),
        "play_key": form_key(deps, who, playing.PAGE),
        "usual": playing.USUAL,
        "drill": bool(plays) and not relays and all(task.drill for task in plays),
    }
    return await page(request, "byhand.html", who=who, **facts)
