"""POST, GET and DELETE /_sim/faults: what is to go wrong, what is set, and all well again."""

from collections.abc import Collection, Mapping
from dataclasses import fields
from typing import Any

from aiohttp import web

from bot.simulator.control.answers import Problem, json_response, read_object
from bot.simulator.endpoints import listed
from bot.simulator.faults import Fault, Kind
from bot.simulator.platform import PLATFORM

KNOWN = {field.name for field in fields(Fault)} - {"struck"}
WHOLE: Mapping[str, tuple[int, int]] = {"code": (-1, 10_000_000), "status": (300, 599), "times": (1, 10_000_000)}
BROKEN: Mapping[str, tuple[int, int]] = {
    "seconds": (0, 3600),
    "tail_seconds": (0, 3600),
    "tail_share": (0, 1),
    "share": (0, 1),
}


async def add(request: web.Request) -> web.Response:
    platform = request.app[PLATFORM]
    platform.faults.add(fault(await read_object(request), {endpoint.name for endpoint in listed.ENDPOINTS}))
    return json_response({"items": platform.faults.view()})


async def show(request: web.Request) -> web.Response:
    return json_response({"items": request.app[PLATFORM].faults.view()})


async def clear(request: web.Request) -> web.Response:
    request.app[PLATFORM].faults.clear()
    return json_response({"items": []})


def fault(document: dict[str, Any], endpoints: Collection[str]) -> Fault:
    """Raises Problem that names the field."""
    given = {name: value for name, value in document.items() if value is not None}
    if unknown := given.keys() - KNOWN:
        raise Problem(f"{', '.join(sorted(unknown))}: not a field of a fault")
    if given.get("kind") not in list(Kind):
        raise Problem(f"kind: one of {', '.join(Kind)}")
    if given.get("endpoint", "*") not in ("*", *endpoints):
        raise Problem(f"endpoint: * or one of {', '.join(sorted(endpoints))}")
    if not isinstance(given.get("target", ""), str):
        raise Problem("target: a robot's key or a userid")
    for name, (least, most) in {**WHOLE, **BROKEN}.items():
        value = given.get(name, least)
        number = isinstance(value, int) or (isinstance(value, float) and name in BROKEN)
        if not number or isinstance(value, bool) or not least <= value <= most:
            raise Problem(f"{name}: a number from {least} to {most}")
    return Fault(**given | {"kind": Kind(given["kind"])})
