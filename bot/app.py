"""The web application: every router of the house is listed here, and nowhere else."""

from aiohttp import web

from bot.deps import DEPS, Deps
from handlers.api import broadcasts, docs, duty, reports, warnings
from handlers.api.health import Health
from handlers.api.problems import problems
from handlers.chat.wake import WAKE, Wake
from handlers.chat.work import working
from handlers.console.app import add_console
from handlers.h5.app import add_h5
from handlers.wechat.app import add_wechat

BODY_LIMIT = 2 * 1024 * 1024  # bytes; intake's own limit is lower, and answers with 413 itself


def create_app(deps: Deps) -> web.Application:
    app = web.Application(client_max_size=BODY_LIMIT, middlewares=[problems])
    app[DEPS], app[WAKE] = deps, Wake()
    app.cleanup_ctx.append(working)
    Health(deps).add_to(app)
    for routes in (warnings.routes, broadcasts.routes, duty.routes, reports.routes, docs.routes):
        app.add_routes(routes)
    add_wechat(app)
    add_console(app)
    add_h5(app)
    return app
