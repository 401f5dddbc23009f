"""The codes of posters: asked of the platform once for each village, one by one or all that are lacking."""

import asyncio
import logging
from collections.abc import Collection, Sequence

import sqlalchemy as sa
from aiohttp import web
from sqlmodel import col

from bot.channels.contract import SendError
from bot.deps import DEPS
from bot.directory.tree import Node, Tree
from bot.wechat.opened import WECHAT
from bot.wechat.scenes import scene_url
from broadcasts.dispatch.states import Road
from broadcasts.subscriptions.models import Poster
from broadcasts.subscriptions.posters import keep, poster, scene

log = logging.getLogger(__name__)
ROAD = Road.live
AT_ONCE = 10


def villages(areas: Tree, town: Node) -> list[Node]:
    return sorted((n for n in areas.below(town.id) if n.id != town.id and n.level != "网格"), key=lambda n: n.code)


def all_villages(areas: Tree) -> list[Node]:
    """Town by town."""
    towns = [town for root in areas.roots for town in areas.children(root.id)]
    return [village for town in towns for village in villages(areas, town)]


async def code_of(app: web.Application, node: Node) -> str:
    """What a village's code holds, asked for now. Raises SendError; 404 where there is no account."""
    deps, wechat = app[DEPS], app[WECHAT]
    tokens = wechat.account.get(ROAD.value)
    if tokens is None:
        raise web.HTTPNotFound
    url = await scene_url(wechat.calls, tokens, deps.settings.oa_api_base, scene(node))
    async with deps.begin() as session:
        if await poster(session, ROAD, node) is None:
            keep(session, ROAD, node, url, deps.clock.now())
    return url


async def make_all(app: web.Application, wanted: Sequence[Node]) -> tuple[int, SendError | None]:
    """The codes that these villages lack. How many were made, and what stopped it; what was made stays."""
    lacking, made, stopped = await _lacking(app, wanted), 0, None
    for start in range(0, len(lacking), AT_ONCE):
        part = lacking[start : start + AT_ONCE]
        results = await asyncio.gather(*(code_of(app, node) for node in part), return_exceptions=True)
        made += sum(isinstance(one, str) for one in results)
        for node, one in zip(part, results, strict=True):
            if isinstance(one, SendError):
                log.warning("poster of area %d: %s", node.id, one.reason)
                stopped = one
            elif isinstance(one, BaseException):
                raise one
        if stopped is not None:
            break
    return made, stopped


async def _lacking(app: web.Application, wanted: Collection[Node]) -> list[Node]:
    async with app[DEPS].read() as session:
        known = {*(await session.execute(sa.select(col(Poster.scene)).where(col(Poster.road) == ROAD))).scalars()}
    return [node for node in wanted if scene(node) not in known]
