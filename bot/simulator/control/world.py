"""POST /_sim/world: people and groups join, or change. All of the call is taken, or none of it."""

from collections.abc import Callable
from typing import Any, TypeVar

from aiohttp import web

from bot.simulator.config import SimCustomerGroup, SimFollower, SimGroup, SimMember, SimTemplate
from bot.simulator.control.answers import Problem, json_response, read_object
from bot.simulator.platform import PLATFORM, Platform

T = TypeVar("T")
KNOWN = {"members", "groups", "customer_groups", "followers", "templates", "scenes"}
FLAGS = ("refuses", "blocked", "snapshot")


async def add(request: web.Request) -> web.Response:
    """`{"members": [{"userid","name","place","licensed","gone","plugin"}], "groups": [{"key","name","place","gone"}],
    "customer_groups": [{"chat_id","name","owner","place","gone"}],
    "followers": [{"openid","name","place","followed","refuses","blocked","snapshot"}], "templates": [{"id","title",
    "fields": {"thing1": "预警"}}], "scenes": [{"scene","name","made"}]}`; a scene that is made can be
    scanned without qrcode/create."""
    platform, document = request.app[PLATFORM], await read_object(request)
    if unknown := document.keys() - KNOWN:
        raise Problem(f"{', '.join(sorted(unknown))}: only {', '.join(sorted(KNOWN))} are known")
    members, groups = _each(document, "members", member), _each(document, "groups", group)
    followers, templates = _each(document, "followers", follower), _each(document, "templates", template)
    scenes = _each(document, "scenes", scene)
    platform.settle(members, groups, followers, _each(document, "customer_groups", customer_group))
    platform.account.templates |= {one.id: one for one in templates}
    for name, words, made in scenes:
        platform.account.scene_names[name] = words
        if made:
            platform.account.scenes.make(name, None)
    return json_response(totals(platform))


async def show(request: web.Request) -> web.Response:
    return json_response(totals(request.app[PLATFORM]))


def totals(platform: Platform) -> dict[str, int]:
    return {
        "members": len(platform.phones),
        "followers": len(platform.followers),
        "groups": len(platform.groups),
    }


def member(row: dict[str, Any], where: str) -> SimMember:
    _known(row, {"userid", "name", "place", "licensed", "gone", "plugin"}, where)
    userid = _id(row, "userid", where)
    name, place = _text(row, "name", userid, where), _text(row, "place", "", where)
    licensed, gone = _flag(row, "licensed", True, where), _flag(row, "gone", False, where)
    return SimMember(userid, name, place, licensed, gone, _flag(row, "plugin", False, where))


def follower(row: dict[str, Any], where: str) -> SimFollower:
    _known(row, {"openid", "name", "place", "followed", *FLAGS}, where)
    openid = _id(row, "openid", where)
    name, place = _text(row, "name", openid[:12], where), _text(row, "place", "", where)
    flags = [_flag(row, flag, False, where) for flag in FLAGS]
    return SimFollower(openid, name, place, _flag(row, "followed", True, where), *flags)


def template(row: dict[str, Any], where: str) -> SimTemplate:
    _known(row, {"id", "title", "fields"}, where)
    held = row.get("fields")
    if not isinstance(held, dict) or not held or not all(isinstance(label, str) for label in held.values()):
        raise Problem(f"{where}.fields: an object of names and labels")
    return SimTemplate(_id(row, "id", where), _text(row, "title", "", where), tuple(held.items()))


def scene(row: dict[str, Any], where: str) -> tuple[str, str, bool]:
    _known(row, {"scene", "name", "made"}, where)
    found = _id(row, "scene", where)
    return found, _text(row, "name", found, where), _flag(row, "made", False, where)


def group(row: dict[str, Any], where: str) -> SimGroup:
    _known(row, {"key", "name", "place", "gone"}, where)
    key = _id(row, "key", where)
    name, place = _text(row, "name", key[:8], where), _text(row, "place", "", where)
    return SimGroup(key, name, place, _flag(row, "gone", False, where))


def customer_group(row: dict[str, Any], where: str) -> SimCustomerGroup:
    _known(row, {"chat_id", "name", "owner", "place", "gone"}, where)
    found, owner = _id(row, "chat_id", where), _id(row, "owner", where)
    name, place = _text(row, "name", found[:8], where), _text(row, "place", "", where)
    return SimCustomerGroup(found, name, owner, place, _flag(row, "gone", False, where))


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
