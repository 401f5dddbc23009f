"""The rooms of evacuations."""

from aiohttp import web

from handlers.console.evacuations import calls, desk, pictures


def add_evacuations(app: web.Application) -> None:
    for room in (desk, calls, pictures):
        app.add_routes(room.routes)
