"""The rooms in which the county writes, approves, sends and corrects what it says itself."""

from aiohttp import web

from handlers.console.notices import life, one, rights, screens


def add_notices(app: web.Application) -> None:
    for room in (screens, one, rights, life):
        app.add_routes(room.routes)
