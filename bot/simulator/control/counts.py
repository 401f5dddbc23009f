"""GET and DELETE /_sim/counts: what was called, answered, shown and broken."""

from aiohttp import web

from bot.simulator.control.answers import json_response
from bot.simulator.platform import PLATFORM


async def show(request: web.Request) -> web.Response:
    return json_response(request.app[PLATFORM].counts.view())


async def clear(request: web.Request) -> web.Response:
    counts = request.app[PLATFORM].counts
    counts.clear()
    return json_response(counts.view())
