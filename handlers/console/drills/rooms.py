"""The rooms of drills under one roof."""

from aiohttp import web

from handlers.console.drills import afterwards, course, every, one, people, written

ROOMS = (every, written, one, people, course, afterwards)


def add_drills(app: web.Application) -> None:
    for room in ROOMS:
        app.add_routes(room.routes)
