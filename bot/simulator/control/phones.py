"""POST /_sim/phones/{name}/{act}: what the owner of a phone does. Answers when the product has heard of it, or when
the platform has given up telling."""

from aiohttp import web

from bot.simulator.acts.acts import Hand
from bot.simulator.acts.perform import ACTS, begin, finish, view
from bot.simulator.control.answers import Problem, json_response, read_object
from bot.simulator.platform import PLATFORM


async def act(request: web.Request) -> web.Response:
    """`{"state","callback":{"delivered","tries","status","answer"},"link","browse","message"}`."""
    name, given = request.match_info["act"], await read_object(request)
    if name not in ACTS:
        raise Problem(f"{name}: one of {', '.join(ACTS)}", 404)
    hand = hand_of(request)
    done = begin(name, hand, given)
    return json_response(view(hand, done, await finish(hand, done, given)))


def hand_of(request: web.Request) -> Hand:
    """The phone that the address names. Raises Problem."""
    platform = request.app[PLATFORM]
    found = platform.phone(request.match_info["name"])
    if found is None:
        raise Problem("nobody of that name", 404)
    return Hand(platform, *found, f"{request.scheme}://{request.host}")
