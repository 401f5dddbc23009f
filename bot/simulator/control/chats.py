"""GET /_sim/phones and /_sim/groups: who is there, and what each of them was shown."""

from collections.abc import Awaitable, Callable
from itertools import islice
from typing import Any

from aiohttp import web

from bot.simulator.control.answers import Problem, json_response
from bot.simulator.counts import stamp
from bot.simulator.platform import PLATFORM, Platform
from bot.simulator.world.chats import Chat, Chats
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
        return json_response({**summary(chat), "messages": [view(shown) for shown in chat.messages]})

    return handle


def summary(chat: Chat) -> dict[str, Any]:
    last = chat.messages[-1] if chat.messages else None
    return {
        "id": chat.handle,
        "name": chat.name,
        "place": chat.place,
        "licensed": chat.licensed,
        "gone": chat.gone,
        "received": chat.received,
        "unread": chat.unread,
        "last": view(last) if last else None,
    }


def view(shown: Shown) -> dict[str, Any]:
    return {
        "at": stamp(shown.at),
        "type": shown.type,
        "title": shown.title,
        "text": shown.text,
        "preview": shown.preview,
        "link": shown.link,
        "button": shown.button,
        "mentions": list(shown.mentions),
        "cut": shown.cut,
    }
