"""The rooms of figures, and what they keep for the whole process: one pack at a time, and the charts already drawn."""

import asyncio

from aiohttp import web

from handlers.console.figures import bulletins, charts, coverage, evidence, month, targets

ROOMS = (coverage, evidence, month, targets, bulletins)


def add_figures(app: web.Application) -> None:
    app[evidence.ONE_AT_A_TIME] = asyncio.Lock()
    app[charts.CHARTS] = charts.Charts()
    for room in ROOMS:
        app.add_routes(room.routes)
