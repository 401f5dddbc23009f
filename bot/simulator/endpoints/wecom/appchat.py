"""POST /cgi-bin/appchat/create and /send, GET /get, documents 90245, 90248 and 98914: groups of internal members that
the application itself has made."""

import re
from collections.abc import Collection

from bot.simulator.contents import appchat
from bot.simulator.endpoints.call import Answer, Call, Endpoint
from bot.simulator.endpoints.wecom.access import admit
from bot.simulator.platform import Platform
from bot.simulator.tables import codes, limits
from bot.simulator.tables.codes import Refused
from bot.simulator.world.chats import Chat, handle_of
from bot.simulator.world.windows import full

DONE: Answer = {"errcode": codes.OK, "errmsg": "ok"}
ID = re.compile(r"[0-9a-zA-Z]{1,32}")


def create(platform: Platform, call: Call) -> Answer:
    admit(platform, call, "appchat")
    document = call.document()
    name, chat_id = str(document.get("name", "")), str(document.get("chatid", ""))
    given = document.get("userlist")
    members = [str(one) for one in given] if isinstance(given, list) else []
    if len(members) not in limits.CHAT_MEMBERS or len(name) > limits.CHAT_NAME_CHARS:
        raise Refused(codes.BAD_CHAT_MEMBERS)
    if not ID.fullmatch(chat_id):
        raise Refused(codes.BAD_CHAT)
    if platform.chats.named(chat_id):
        raise Refused(codes.CHAT_EXISTS)
    if any(platform.phones.addressed(one.lower()) is None for one in members):
        raise Refused(codes.ALL_INVALID)
    platform.chats.put(
        chat_id, Chat(handle_of(chat_id), name, f"{len(members)} 人", persons=len(members), members=tuple(members))
    )
    platform.live.touch()
    return {**DONE, "chatid": chat_id}


def get(platform: Platform, call: Call) -> Answer:
    """Document 98914: a group that the application has made, and nobody else's."""
    admit(platform, call, "appchat")
    chat_id = call.params.get("chatid", "")
    chat = platform.chats.addressed(chat_id)
    if chat is None:
        raise Refused(codes.NO_CHAT)
    info = {"chatid": chat_id, "name": chat.name, "owner": chat.members[0], "userlist": list(chat.members)}
    return {**DONE, "chat_info": info}


def asked(call: Call) -> Collection[str]:
    return (call.params.get("chatid", "").lower(),)


def send(platform: Platform, call: Call) -> Answer:
    at = admit(platform, call, "appchat")
    document = call.document()
    chat = platform.chats.addressed(str(document.get("chatid", "")))
    if chat is None:
        raise Refused(codes.NO_CHAT)
    shown = appchat.read(document, platform.lines)
    window = platform.config.window
    broken = next((rate for rate in limits.CHAT_RATES if full(chat.messages, rate, window, at)), None)
    broken = broken or platform.person_times.broken(chat.persons, limits.CHAT_PERSON_TIMES, window, at)
    if broken:
        platform.counts.limits[broken.name] += 1
        raise Refused(codes.TOO_OFTEN)
    platform.show(platform.chats, chat, platform.accept(shown, at))
    return DONE


def targets(call: Call) -> Collection[str]:
    return (str(call.document().get("chatid", "")).lower(),)


GET_CHAT = Endpoint("appchat_get", "GET", "/cgi-bin/appchat/get", get, asked)
CREATE_CHAT = Endpoint("appchat_create", "POST", "/cgi-bin/appchat/create", create, targets)
CHAT = Endpoint("appchat", "POST", "/cgi-bin/appchat/send", send, targets)
