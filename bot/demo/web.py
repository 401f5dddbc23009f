"""The demo's web process: the product's own, and the guide's page beside it."""

import uvloop
from aiohttp import web

from bot.app import create_app
from bot.commands.web import run
from bot.config import load
from bot.demo import guide
from bot.deps import Deps
from bot.logs import set_up


def demo_app(deps: Deps) -> web.Application:
    app = create_app(deps)
    app.add_routes(guide.routes)
    return app


if __name__ == "__main__":
    settings = load(env_file=None)
    set_up(settings.log_level)
    uvloop.run(run(settings, demo_app))
