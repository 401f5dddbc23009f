"""GET /_sim/phones and /_sim/groups: who is there, and what each of them was shown."""

from collections.abc import Awaitable, Callable
from dataclasses import asdict
from itertools import islice
from typing import Any

from aiohttp import web

from bot.simulator.control.answers import Problem, json_response
from bot.simulator.counts import stamp
from bot.simulator.pages.links import links
from bot.simulator.platform import PLATFORM, Platform
from bot.simulator.world.chats import Chat, Chats, Follower
from bot.simulator.world.messages import Shown

PAGE = 100

Handler = Callable[[web.Request], Awaitable[web.Response]]
Pick = Callable[[Platform], Chats]


def index(pick: Pick) -> Handler:
    """`?cursor=&q=`; q is part of a name, a place or an id."""

    async def handle(request: web.Request) -> web.Response:
        chats, cursor = pick(request.app[PLATFORM]), request.query.get("cursor", "0")
        if not cursor.isdecimal():
            raise Problem("cursor: not one of ours")
        start = int(cursor)
        found = list(islice(chats.matching(request.query.get("q", "")), start, start + PAGE + 1))
        following = str(start + PAGE) if len(found) > PAGE else None
        return json_response({"items": [summary(chat) for chat in found[:PAGE]], "next": following})

    return handle


def one(pick: Pick) -> Handler:
    """A phone by userid, a group by its handle or its robot's key; messages newest last."""

    async def handle(request: web.Request) -> web.Response:
        chat = pick(request.app[PLATFORM]).named(request.match_info["name"])
        if chat is None:
            raise Problem("nobody of that name", 404)
        return json_response(full(chat))

    return handle


async def phone(request: web.Request) -> web.Response:
    """A phone of either platform, by userid or openid, with what its owner did."""
    found = request.app[PLATFORM].phone(request.match_info["name"])
    if found is None:
        raise Problem("nobody of that name", 404)
    return json_response({"side": found[0].value, **full(found[1])})


async def scenes(request: web.Request) -> web.Response:
    """The codes that qrcode/create has made and that have not run out."""
    platform = request.app[PLATFORM]
    names = platform.account.scene_names
    valid = platform.account.scenes.valid(platform.at())
    return json_response({"items": [{**asdict(one), "name": names.get(one.scene, one.scene)} for one in valid]})


def full(chat: Chat) -> dict[str, Any]:
    messages = [view(shown, chat.handle) for shown in chat.messages]
    return {**summary(chat), "messages": messages, "said": [asdict(one) | {"at": stamp(one.at)} for one in chat.said]}


def summary(chat: Chat) -> dict[str, Any]:
    last = chat.messages[-1] if chat.messages else None
    return {
        **(standing(chat) if isinstance(chat, Follower) else {"plugin": chat.plugin}),
        "id": chat.handle,
        "name": chat.name,
        "place": chat.place,
        "licensed": chat.licensed,
        "gone": chat.gone,
        "received": chat.received,
        "unread": chat.unread,
        "last": view(last, chat.handle) if last else None,
    }


def standing(follower: Follower) -> dict[str, Any]:
    names = ("followed", "refuses", "blocked", "snapshot", "scene")
    return {name: getattr(follower, name) for name in names} | {"consents": follower.consents.view()}


def view(message: Shown, reader: str) -> dict[str, Any]:
    """As that reader sees it now. `pressed` stands where a card's buttons were."""
    shown = message.face(reader)
    return {
        "id": message.id,
        "at": stamp(shown.at),
        "type": shown.type,
        "title": shown.title,
        "text": shown.text,
        "preview": shown.preview,
        "link": shown.link,
        "button": shown.button,
        "mentions": list(shown.mentions),
        "cut": shown.cut,
        "buttons": [asdict(button) for button in message.buttons(reader)],
        "pressed": message.pressed(reader),
        "links": links(shown),
        "media": shown.media,
        "recalled": message.recalled,
    }
