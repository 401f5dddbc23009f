"""The web application: every router of the house is listed here, and nowhere else."""

from aiohttp import web

from bot.commands.watched import WATCHED
from bot.deps import DEPS, Deps
from bot.wiring import MONTHLY, PRAISE, REMARKS
from handlers.api import broadcasts, docs, drills, duty, evacuation, hints, notices, playbacks, reports, warnings
from handlers.api.health import Health
from handlers.api.problems import problems
from handlers.chat.wake import WAKE, Wake
from handlers.chat.work import working
from handlers.console.app import add_console
from handlers.console.figures import bulletins, evidence, month
from handlers.console.setup import looks
from handlers.feeds import cap
from handlers.h5.app import add_h5
from handlers.packing import packing
from handlers.wechat.app import add_wechat

BODY_LIMIT = 2 * 1024 * 1024  # bytes; intake's own limit is lower, and answers with 413 itself


def create_app(deps: Deps) -> web.Application:
    app = web.Application(client_max_size=BODY_LIMIT, middlewares=[packing, problems])
    app[DEPS], app[WAKE] = deps, Wake()
    app[month.MONTHLY], app[bulletins.PRAISE], app[evidence.REMARKS] = MONTHLY, PRAISE, REMARKS
    app[looks.WATCHED] = WATCHED
    app.cleanup_ctx.append(working)
    Health(deps).add_to(app)
    for room in (warnings, evacuation, broadcasts, playbacks, drills, duty, notices, reports, hints, cap, docs):
        app.add_routes(room.routes)
    add_wechat(app)
    add_console(app)
    add_h5(app)
    return app
