"""/_sim/standing: what an administrator, or Tencent, changes: trusted addresses, rights, tokens that end early."""

from dataclasses import asdict, fields
from typing import Any

from aiohttp import web

from bot.simulator.config import Side
from bot.simulator.control.answers import Problem, json_response, read_object
from bot.simulator.platform import PLATFORM, Platform
from bot.simulator.standing import Standing

LISTS = frozenset({"trusted", "unauthorised"})
KNOWN = {field.name for field in fields(Standing)}


async def put(request: web.Request) -> web.Response:
    """POST `{"wecom": {"trusted": [], "disabled", "withdrawn", "unauthorised": []}, "oa": {"trusted", "banned",
    "restricted", "unauthorised"}, "void_tokens": ["wecom", "oa"], "trusted_domains": [], "no_templates": ["id"]}`."""
    platform, document = request.app[PLATFORM], await read_object(request)
    if unknown := document.keys() - {*Side, "void_tokens", "trusted_domains", "no_templates"}:
        raise Problem(f"{', '.join(sorted(unknown))}: not known")
    read = {side: standing(side, document[side]) for side in Side if side in document}
    voided, gone = strings(document, "void_tokens"), strings(document, "no_templates")
    if "trusted_domains" in document:
        platform.trusted_domains = frozenset(strings(document, "trusted_domains"))
    platform.standing = read.get(Side.wecom, platform.standing)
    platform.account.standing = read.get(Side.oa, platform.account.standing)
    for id_ in gone:
        platform.account.templates.pop(id_, None)
    if Side.wecom in voided:
        platform.tokens.void()
    if Side.oa in voided:
        platform.account.tokens.void()
    return json_response(view(platform))


async def show(request: web.Request) -> web.Response:
    return json_response(view(request.app[PLATFORM]))


def view(platform: Platform) -> dict[str, Any]:
    told = {Side.wecom.value: platform.standing, Side.oa.value: platform.account.standing}
    return {
        **{side: {k: sorted(v) if k in LISTS else v for k, v in asdict(s).items()} for side, s in told.items()},
        "trusted_domains": sorted(platform.trusted_domains),
    }


def standing(side: Side, row: object) -> Standing:
    """All well but for what is named. Raises Problem."""
    if not isinstance(row, dict) or row.keys() - KNOWN:
        raise Problem(f"{side.value}: an object of {', '.join(sorted(KNOWN))}")
    made = Standing()
    for name, value in row.items():
        if name in LISTS:
            setattr(made, name, frozenset(strings(row, name)))
        elif isinstance(value, bool):
            setattr(made, name, value)
        else:
            raise Problem(f"{side.value}.{name}: true or false")
    return made


def strings(row: dict[str, Any], name: str) -> list[str]:
    value = row.get(name, [])
    if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
        raise Problem(f"{name}: a list of strings")
    return value
