"""The simulator as an aiohttp app: the platform's endpoints, the control calls and the pages, all listed here."""

from collections.abc import Awaitable, Callable

from aiohttp import web

from bot.clock import Clock
from bot.simulator import pages, wire
from bot.simulator.config import SimulatorConfig
from bot.simulator.control import chats, counts, faults, live, world
from bot.simulator.control.answers import Problem
from bot.simulator.endpoints.listed import ENDPOINTS
from bot.simulator.platform import PLATFORM, Platform
from bot.simulator.world.chats import Chats

BODY_BYTES = 32 * 1024 * 1024  # a whole county in one control call

Control = Callable[[web.Request], Awaitable[web.StreamResponse]]


def phones(platform: Platform) -> Chats:
    return platform.phones


def groups(platform: Platform) -> Chats:
    return platform.groups


CONTROLS: tuple[tuple[str, str, Control], ...] = (
    ("POST", "/_sim/world", world.add),
    ("GET", "/_sim/world", world.show),
    ("POST", "/_sim/faults", faults.add),
    ("GET", "/_sim/faults", faults.show),
    ("DELETE", "/_sim/faults", faults.clear),
    ("GET", "/_sim/counts", counts.show),
    ("DELETE", "/_sim/counts", counts.clear),
    ("GET", "/_sim/phones", chats.index(phones)),
    ("GET", "/_sim/phones/{name}", chats.one(phones)),
    ("GET", "/_sim/groups", chats.index(groups)),
    ("GET", "/_sim/groups/{name}", chats.one(groups)),
    ("GET", "/_sim/live", live.live),
    ("GET", "/", pages.index),
    ("GET", "/phones/{name}", pages.chat(phones)),
    ("GET", "/groups/{name}", pages.chat(groups)),
    ("GET", "/_sim/static/{name}", pages.static),
)


def create_app(config: SimulatorConfig, clock: Clock) -> web.Application:
    """The stand-in for Tencent. Its rules go by `clock`; only its network's delays take real time."""
    app = web.Application(client_max_size=BODY_BYTES)
    app[PLATFORM] = platform = Platform(config, clock)
    for endpoint in ENDPOINTS:
        app.router.add_route("*", endpoint.path, wire.handler(platform, endpoint))
    for method, path, control in CONTROLS:
        app.router.add_route(method, path, _with_problems(control))
    app.on_shutdown.append(live.close)
    return app


def _with_problems(control: Control) -> Control:
    async def handle(request: web.Request) -> web.StreamResponse:
        try:
            return await control(request)
        except Problem as problem:
            return problem.response()

    return handle
