"""/_sim/callbacks: where the platforms tell what people say, whether that address answers, and what is under way."""

from typing import Any

from aiohttp import web

from bot.simulator.config import Callback, Side
from bot.simulator.control.answers import Problem, json_response, read_object
from bot.simulator.platform import PLATFORM, Platform

KNOWN = {"url", "token", "aes_key", "mode", "form"}
MODES, FORMS = ("safe", "compatible", "plain"), ("xml", "json")
KEY_CHARS = 43
ECHO = "5927782489447362001"


async def put(request: web.Request) -> web.Response:
    """POST `{"wecom": {"url","token","aes_key"}, "oa": {…,"mode","form"}, "verify": true}`; null takes one away."""
    platform, document = request.app[PLATFORM], await read_object(request)
    if unknown := document.keys() - {*Side, "verify"}:
        raise Problem(f"{', '.join(sorted(unknown))}: only wecom, oa and verify are known")
    read = {side: callback(side, document[side]) for side in Side if side in document}
    former = dict(platform.post.addresses)
    platform.post.addresses |= read
    if document.get("verify") is True:
        for side in (side for side, to in read.items() if to):
            if wrong := await platform.post.ask(side, ECHO):
                platform.post.addresses |= former
                raise Problem(f"{side.value}.url: {wrong}")
    return json_response(view(platform))


async def show(request: web.Request) -> web.Response:
    return json_response(view(request.app[PLATFORM]))


async def settle(request: web.Request) -> web.Response:
    """POST: answers when all that the platform tells by itself is delivered or given up."""
    platform = request.app[PLATFORM]
    await platform.post.settle()
    return json_response(view(platform))


def view(platform: Platform) -> dict[str, Any]:
    """Without tokens and keys."""
    told = platform.post.addresses
    where = {
        side.value: None if to is None else {"url": to.url, "mode": to.mode, "form": to.form}
        for side, to in told.items()
    }
    return {**where, "waiting": platform.post.waiting}


def callback(side: Side, row: object) -> Callback | None:
    """Raises Problem that names the field."""
    if row is None:
        return None
    if not isinstance(row, dict) or not all(isinstance(value, str) for value in row.values()):
        raise Problem(f"{side.value}: an object of strings, or null")
    if unknown := row.keys() - KNOWN:
        raise Problem(f"{side.value}.{sorted(unknown)[0]}: not a field, these are: {', '.join(sorted(KNOWN))}")
    made = Callback(row.get("url", ""), row.get("token", ""), row.get("aes_key", ""))
    mode, form = row.get("mode", "safe"), row.get("form", "xml")
    if not made.url.startswith(("http://", "https://")) or not made.token:
        raise Problem(f"{side.value}: url and token are needed")
    if mode not in MODES or form not in FORMS or (side is Side.wecom and (mode, form) != ("safe", "xml")):
        raise Problem(f"{side.value}: mode is one of {', '.join(MODES)}, form xml or json; WeCom knows safe and xml")
    if mode != "plain" and len(made.aes_key) != KEY_CHARS:
        raise Problem(f"{side.value}.aes_key: {KEY_CHARS} characters")
    return Callback(made.url, made.token, made.aes_key, mode, form)
