"""/_sim/calls: whose telephones ring, and what their owners do with them."""

from dataclasses import asdict
from typing import Any

from aiohttp import web

from bot.simulator.acts.telephones import act, tell
from bot.simulator.control.answers import Problem, json_response, read_object
from bot.simulator.counts import stamp
from bot.simulator.platform import PLATFORM
from bot.simulator.world.telephones import Ring


async def index(request: web.Request) -> web.Response:
    """Oldest first; `?phone=` those of one number or member."""
    phone = request.query.get("phone", "")
    rings = [ring for ring in request.app[PLATFORM].telephones if not phone or ring.phone == phone]
    return json_response({"items": [view(ring) for ring in rings]})


async def do(request: web.Request) -> web.Response:
    """POST `{"heard", "key"}` to /_sim/calls/{id}/{act}. Answers what the product answered to the gateway."""
    platform, ring = request.app[PLATFORM], ring_of(request)
    act(platform, ring, request.match_info["act"], await read_object(request))
    return json_response({**view(ring), "callback": await tell(platform, ring)})


def ring_of(request: web.Request) -> Ring:
    """Raises Problem."""
    found = request.app[PLATFORM].telephones.known(request.match_info["id"])
    if found is None:
        raise Problem("no such call", 404)
    return found


def view(ring: Ring) -> dict[str, Any]:
    return asdict(ring) | {"at": stamp(ring.at), "whole": ring.whole}
