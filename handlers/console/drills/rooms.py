"""The rooms of drills under one roof."""

from aiohttp import web

from handlers.console.drills import afterwards, approval, course, every, one, people, waivers, written

ROOMS = (every, waivers, written, one, people, course, approval, afterwards)


def add_drills(app: web.Application) -> None:
    for room in ROOMS:
        app.add_routes(room.routes)
