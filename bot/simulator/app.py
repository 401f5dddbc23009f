"""The simulator as an aiohttp app: the platform's endpoints, the control calls and the pages, all listed here."""

from collections.abc import Awaitable, Callable

from aiohttp import web

from bot.clock import Clock
from bot.simulator import wire
from bot.simulator.config import SimulatorConfig
from bot.simulator.control import (
    callbacks,
    calls,
    chats,
    counts,
    events,
    faults,
    live,
    masses,
    phones,
    standing,
    world,
)
from bot.simulator.control.answers import Problem
from bot.simulator.dated import dated
from bot.simulator.endpoints.listed import ENDPOINTS
from bot.simulator.pages import authorize, render
from bot.simulator.pages import calls as call_pages
from bot.simulator.pages import phones as phone_pages
from bot.simulator.platform import PLATFORM, Platform
from bot.simulator.world.chats import Chats

BODY_BYTES = 32 * 1024 * 1024  # a whole county in one control call

Control = Callable[[web.Request], Awaitable[web.StreamResponse]]


def members(platform: Platform) -> Chats:
    return platform.phones


def followers(platform: Platform) -> Chats:
    return platform.followers


def groups(platform: Platform) -> Chats:
    return platform.groups


def made(platform: Platform) -> Chats:
    return platform.chats


def customers(platform: Platform) -> Chats:
    return platform.customer_chats


def numbers(platform: Platform) -> Chats:
    return platform.numbers


CONTROLS: tuple[tuple[str, str, Control], ...] = (
    ("POST", "/_sim/world", world.add),
    ("GET", "/_sim/world", world.show),
    ("POST", "/_sim/faults", faults.add),
    ("GET", "/_sim/faults", faults.show),
    ("DELETE", "/_sim/faults", faults.clear),
    ("GET", "/_sim/counts", counts.show),
    ("DELETE", "/_sim/counts", counts.clear),
    ("POST", "/_sim/callbacks", callbacks.put),
    ("GET", "/_sim/callbacks", callbacks.show),
    ("POST", "/_sim/callbacks/settle", callbacks.settle),
    ("POST", "/_sim/events", events.tell),
    ("GET", "/_sim/masses", masses.show),
    ("POST", "/_sim/masses/{id}/{act}", masses.decide),
    ("POST", "/_sim/standing", standing.put),
    ("GET", "/_sim/standing", standing.show),
    ("GET", "/_sim/phones", chats.index(members)),
    ("GET", "/_sim/followers", chats.index(followers)),
    ("GET", "/_sim/scenes", chats.scenes),
    ("GET", "/_sim/phones/{name}", chats.phone),
    ("POST", "/_sim/phones/{name}/{act}", phones.act),
    ("GET", "/_sim/groups", chats.index(groups)),
    ("GET", "/_sim/groups/{name}", chats.one(groups)),
    ("GET", "/_sim/chats", chats.index(made)),
    ("GET", "/_sim/chats/{name}", chats.one(made)),
    ("GET", "/_sim/customers", chats.index(customers)),
    ("GET", "/_sim/customers/{name}", chats.one(customers)),
    ("GET", "/_sim/sms", chats.index(numbers)),
    ("GET", "/_sim/sms/{name}", chats.one(numbers)),
    ("GET", "/_sim/calls", calls.index),
    ("POST", "/_sim/calls/{id}/{act}", calls.do),
    ("GET", "/calls", call_pages.show),
    ("POST", "/calls/{id}/{act}", call_pages.do),
    ("GET", "/_sim/live", live.live),
    ("GET", "/", render.index),
    ("GET", "/phones/{name}", phone_pages.show),
    ("POST", "/phones/{name}/{act}", phone_pages.act),
    ("GET", "/phones/{name}/open/{message}", phone_pages.open_link),
    ("GET", "/phones/{name}/open/{message}/{link}", phone_pages.open_link),
    ("GET", "/groups/{name}", render.chat(groups)),
    ("GET", "/customers/{name}", render.chat(customers)),
    ("GET", "/q/{code}", phone_pages.code),
    ("GET", "/connect/oauth2/authorize", authorize.authorize),
    ("GET", "/_sim/media/{id}", phone_pages.media),
    ("GET", "/_sim/static/{name}", render.static),
)


def create_app(config: SimulatorConfig, clock: Clock) -> web.Application:
    """The stand-in for Tencent. Its rules go by `clock`; only its network's delays take real time."""
    app = web.Application(client_max_size=BODY_BYTES)
    app[PLATFORM] = platform = Platform(config, clock)
    for endpoint in ENDPOINTS:
        app.router.add_route("*", endpoint.path, wire.handler(platform, endpoint))
    for method, path, control in CONTROLS:
        app.router.add_route(method, path, _with_problems(control))
    app.on_response_prepare.append(dated(platform))
    app.on_shutdown.append(live.close)
    app.on_cleanup.append(_close)
    return app


async def _close(app: web.Application) -> None:
    await app[PLATFORM].telephones.close()
    await app[PLATFORM].post.close()


def _with_problems(control: Control) -> Control:
    async def handle(request: web.Request) -> web.StreamResponse:
        try:
            return await control(request)
        except Problem as problem:
            return problem.response()

    return handle
