"""The rooms of hints, in one list."""

from aiohttp import web

from handlers.console.hints import deadlines, listing, one, typed


def add_hints(app: web.Application) -> None:
    for room in (listing, one, typed, deadlines):
        app.add_routes(room.routes)
