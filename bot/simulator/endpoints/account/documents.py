"""Reading an account's JSON: what is missing or not of its kind is refused with the account's codes."""

from collections.abc import Collection
from typing import Any

import orjson

from bot.simulator.endpoints.call import Call
from bot.simulator.platform import Platform
from bot.simulator.tables import codes_account as codes
from bot.simulator.tables.codes_account import refused
from bot.simulator.world.chats import Follower

JsonObject = dict[str, Any]


def document(call: Call) -> JsonObject:
    """The body's JSON object; 47001 when it is none."""
    try:
        value = orjson.loads(call.body)
    except orjson.JSONDecodeError as error:
        raise refused(codes.BAD_JSON) from error
    if not isinstance(value, dict):
        raise refused(codes.BAD_JSON)
    return value


def part(value: JsonObject, name: str, code: int = codes.BAD_JSON) -> JsonObject:
    """The object under `name`."""
    found = value.get(name)
    if not isinstance(found, dict):
        raise refused(code, f"{name}:")
    return found


def parts(value: JsonObject, name: str, code: int = codes.BAD_JSON) -> list[JsonObject]:
    """The list of objects under `name`; empty where there is none."""
    found = value.get(name) or []
    if not isinstance(found, list) or not all(isinstance(one, dict) for one in found):
        raise refused(code, f"{name}:")
    return found


def text(value: JsonObject, name: str, code: int = codes.BAD_JSON) -> str:
    """The string under `name`; "" where there is none."""
    found = value.get(name)
    if found is None:
        return ""
    if not isinstance(found, str):
        raise refused(code, f"{name}:")
    return found


def addressee(platform: Platform, openid: str) -> Follower:
    """Whose openid it is (40003 otherwise), who must follow (43004) and not be on the blacklist (43019)."""
    found = platform.follower(openid)
    if found is None:
        raise refused(codes.BAD_OPENID)
    if not found.followed:
        raise refused(codes.NOT_FOLLOWED)
    if found.blocked:
        raise refused(codes.BLACKLISTED)
    return found


def targets(call: Call) -> Collection[str]:
    """The openid that a fault may name."""
    try:
        value = orjson.loads(call.body)
    except orjson.JSONDecodeError:
        return ()
    named = value.get("touser") if isinstance(value, dict) else None
    return (named.lower(),) if isinstance(named, str) else ()
