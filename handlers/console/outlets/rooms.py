"""The rooms of loudspeakers and screens under one roof. The narrower addresses come first."""

from aiohttp import web

from handlers.console.outlets import ebm, imports, listing, one


def add_outlets(app: web.Application) -> None:
    for room in (listing, imports, one, ebm):
        app.add_routes(room.routes)
