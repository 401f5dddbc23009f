"""POST /_sim/world: people and groups join, or change. All of the call is taken, or none of it."""

from collections.abc import Callable
from typing import Any, TypeVar

from aiohttp import web

from bot.simulator.config import SimGroup, SimMember
from bot.simulator.control.answers import Problem, json_response, read_object
from bot.simulator.platform import PLATFORM, Platform

T = TypeVar("T")


async def add(request: web.Request) -> web.Response:
    """`{"members": [{"userid","name","place","licensed","gone"}], "groups": [{"key","name","place","gone"}]}`."""
    platform, document = request.app[PLATFORM], await read_object(request)
    if unknown := document.keys() - {"members", "groups"}:
        raise Problem(f"{', '.join(sorted(unknown))}: only members and groups are known")
    members, groups = _each(document, "members", member), _each(document, "groups", group)
    platform.settle(members, groups)
    return json_response(totals(platform))


async def show(request: web.Request) -> web.Response:
    return json_response(totals(request.app[PLATFORM]))


def totals(platform: Platform) -> dict[str, int]:
    return {"members": len(platform.phones), "groups": len(platform.groups)}


def member(row: dict[str, Any], where: str) -> SimMember:
    _known(row, {"userid", "name", "place", "licensed", "gone"}, where)
    userid = _id(row, "userid", where)
    name, place = _text(row, "name", userid, where), _text(row, "place", "", where)
    return SimMember(userid, name, place, _flag(row, "licensed", True, where), _flag(row, "gone", False, where))


def group(row: dict[str, Any], where: str) -> SimGroup:
    _known(row, {"key", "name", "place", "gone"}, where)
    key = _id(row, "key", where)
    name, place = _text(row, "name", key[:8], where), _text(row, "place", "", where)
    return SimGroup(key, name, place, _flag(row, "gone", False, where))


def _each(document: dict[str, Any], name: str, read: Callable[[dict[str, Any], str], T]) -> tuple[T, ...]:
    rows = document.get(name, [])
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise Problem(f"{name}: a list of objects")
    return tuple([read(row, f"{name}[{number}]") for number, row in enumerate(rows)])


def _known(row: dict[str, Any], names: set[str], where: str) -> None:
    if unknown := row.keys() - names:
        raise Problem(f"{where}.{sorted(unknown)[0]}: not a field, these are: {', '.join(sorted(names))}")


def _id(row: dict[str, Any], name: str, where: str) -> str:
    value = _text(row, name, "", where)
    if not value or len(value.encode()) > 64 or "|" in value or value == "@all":
        raise Problem(f"{where}.{name}: 1 to 64 bytes, no |, not @all")
    return value


def _text(row: dict[str, Any], name: str, default: str, where: str) -> str:
    value = row.get(name, default)
    if not isinstance(value, str):
        raise Problem(f"{where}.{name}: a string")
    return value


def _flag(row: dict[str, Any], name: str, default: bool, where: str) -> bool:
    value = row.get(name, default)
    if not isinstance(value, bool):
        raise Problem(f"{where}.{name}: true or false")
    return value
