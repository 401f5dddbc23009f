"""The web application: every router of the house is listed here, and nowhere else."""

from aiohttp import web

from bot.deps import DEPS, Deps
from handlers.api import broadcasts, docs, warnings
from handlers.api.health import Health
from handlers.api.problems import problems
from handlers.console.app import add_console

BODY_LIMIT = 2 * 1024 * 1024  # bytes; intake's own limit is lower, and answers with 413 itself


def create_app(deps: Deps) -> web.Application:
    app = web.Application(client_max_size=BODY_LIMIT, middlewares=[problems])
    app[DEPS] = deps
    Health(deps).add_to(app)
    for routes in (warnings.routes, broadcasts.routes, docs.routes):
        app.add_routes(routes)
    add_console(app)
    return app
