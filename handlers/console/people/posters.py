"""海报: a page for each village with the code that sets a follower's village, as a picture and to print."""

import asyncio
import logging
from io import BytesIO

import segno
from aiohttp import web

from bot.access.guards import require_role
from bot.access.models import Role
from bot.channels.contract import SendError
from bot.deps import DEPS
from bot.directory.tree import Node, Tree, tree
from bot.papers import paper
from broadcasts.subscriptions.posters import poster
from handlers.console.page import page
from handlers.console.people.poster_codes import ROAD, code_of, villages
from handlers.console.scope import scope

log = logging.getLogger(__name__)
MAY = (Role.admin, Role.officer)
MODULE = 12  # pixels of a picture's smallest square

routes = web.RouteTableDef()


@routes.get("/console/posters")
async def show(request: web.Request) -> web.Response:
    caller, deps = await require_role(request, *MAY), request.app[DEPS]
    async with deps.read() as session:
        mine = await scope(session, caller)
    towns = [(town, villages(mine.areas, town)) for root in mine.areas.roots for town in mine.areas.children(root.id)]
    only = mine.town_ids()
    return await page(
        request,
        "people/posters.html",
        caller,
        towns=[(t, v) for t, v in towns if only is None or t.id in only],
        open=deps.settings.has_account,
    )


@routes.get("/console/posters/{code}.png")
async def picture(request: web.Request) -> web.Response:
    """The code alone, to be set into a page of their own."""
    node, url, _ = await _ready(request)
    out = BytesIO()
    segno.make(url, error="q", micro=False).save(out, kind="png", scale=MODULE, border=4)
    return _file(out.getvalue(), "image/png", f"{node.code}.png")


@routes.get("/console/posters/{code}.pdf")
async def printed(request: web.Request) -> web.Response:
    """A4, black on white, for any printer."""
    node, url, areas = await _ready(request)
    rows = ["".join(str(bit) for bit in row) for row in segno.make(url, error="q", micro=False).matrix]
    facts = {"county": areas.roots[0].name, "village": node.name, "rows": rows, "phone": areas.duty_phone(node.id)}
    return _file(await asyncio.to_thread(paper, "poster", facts), "application/pdf", f"{node.code}.pdf")


async def _ready(request: web.Request) -> tuple[Node, str, Tree]:
    """The village, and what its code holds; asked of the platform the first time. Raises 404 and 503."""
    caller, deps = await require_role(request, *MAY), request.app[DEPS]
    async with deps.read() as session:
        mine = await scope(session, caller)
        areas = await tree(session)
        node = next((n for n in areas.nodes.values() if n.code == request.match_info["code"]), None)
        if node is None or not (mine.area_id is None or mine.area_id in {n.id for n in areas.up(node.id)}):
            raise web.HTTPNotFound
        known = await poster(session, ROAD, node)
    return node, known.url if known else await _asked(request, node), areas


async def _asked(request: web.Request, node: Node) -> str:
    try:
        return await code_of(request.app, node)
    except SendError as error:
        log.warning("poster of area %d: %s", node.id, error.reason)
        raise web.HTTPServiceUnavailable from None


def _file(body: bytes, kind: str, name: str) -> web.Response:
    return web.Response(body=body, content_type=kind, headers={"Content-Disposition": f'inline; filename="{name}"'})
