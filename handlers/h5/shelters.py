"""Where people can go: the shelters of the reader's places, or of the whole county, the open ones first. Anybody may
read it; it says how old each word is, and promises nothing."""

from aiohttp import web

from bot.deps import DEPS
from bot.directory.shelters.queries import near, shelters
from bot.directory.tree import tree
from handlers.h5.identity import reader
from handlers.h5.now import own_places
from handlers.h5.page import page

MOST = 200

routes = web.RouteTableDef()


@routes.get("/h5/shelters")
async def show(request: web.Request) -> web.StreamResponse:
    async with request.app[DEPS].read() as session:
        areas, who = await tree(session), await reader(request, session)
        mine = await own_places(session, who)
        close = [one for place in mine for one in await near(session, areas, place)]
        first = {one.id: one for one in close}
        others = [one for one in (await shelters(session))[:MOST] if one.id not in first]
    return await page(
        request, "shelters.html", areas=areas, near=[*first.values()], others=others,
        mine=[areas.nodes[place].name for place in mine], where={node.id: node.name for node in areas.nodes.values()},
    )  # fmt: skip
