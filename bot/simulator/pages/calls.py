"""The telephones that ring, as a page: a button to take each, to press a key, or to let it ring."""

import asyncio

from aiohttp import web

from bot.simulator.acts.telephones import act, tell
from bot.simulator.control.answers import Problem
from bot.simulator.control.calls import ring_of
from bot.simulator.pages.phones import PATIENCE, same_origin
from bot.simulator.pages.render import HEADERS, page
from bot.simulator.platform import PLATFORM

SHOWN = 60


async def show(request: web.Request) -> web.Response:
    """The newest first."""
    platform = request.app[PLATFORM]
    rings = list(platform.telephones)[: -SHOWN - 1 : -1]
    names = {chat.handle.lower(): chat.name for chat in platform.phones}
    return page("calls.html", platform, rings=rings, names=names, trouble=request.query.get("trouble", ""))


async def do(request: web.Request) -> web.StreamResponse:
    same_origin(request)
    platform, form = request.app[PLATFORM], await request.post()
    try:
        ring = ring_of(request)
        given = {name: str(value) for name, value in form.items() if value}
        act(platform, ring, request.match_info["act"], given)
    except Problem as problem:
        if problem.status == 404:
            raise web.HTTPNotFound(text="没有这个电话。", headers=HEADERS) from None
        raise web.HTTPSeeOther("/calls?trouble=1") from None
    telling = asyncio.ensure_future(tell(platform, ring))
    platform.post.keep(telling)
    await asyncio.wait({telling}, timeout=PATIENCE)
    raise web.HTTPSeeOther("/calls")
