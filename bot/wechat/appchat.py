"""Making a group of members in the application's name, and asking how many they are: developer.work.weixin.qq.com,
documents 90245 and 98914."""

from collections.abc import Sequence
from typing import Any

import orjson
from yarl import URL

from bot.wechat.http import Calls, parse, refusal, verdict
from bot.wechat.renewal import endpoint, renewed, taken
from bot.wechat.tokens import Tokens

CREATE, GET = "/cgi-bin/appchat/create", "/cgi-bin/appchat/get"
EXISTS = 86215
NAME = 50  # characters


async def make_group(
    calls: Calls, tokens: Tokens, base: str, *, chat_id: str, name: str, members: Sequence[str]
) -> None:
    """A group of these members, the first of whom owns it. One with this id that is there already is as good: whoever
    asks again after a lost answer makes no second. Raises SendError."""
    document = {"name": name[:NAME], "owner": members[0], "userlist": list(members), "chatid": chat_id}
    ready = orjson.dumps(document)
    said = await renewed(tokens, lambda token: _made(calls, base, token, ready))
    if said["errcode"] not in {0, EXISTS}:
        raise refusal(verdict(said["errcode"]))


async def size(calls: Calls, tokens: Tokens, base: str, chat_id: str) -> int:
    """How many members a group of ours has now (document 98914). Raises SendError: the platform tells of no other's."""
    said = await taken(tokens, lambda token: _asked(calls, base, token, chat_id))
    return len((said.get("chat_info") or {}).get("userlist") or ())


async def _asked(calls: Calls, base: str, token: str, chat_id: str) -> dict[str, Any]:
    url = URL(f"{base}{GET}").with_query(access_token=token, chatid=chat_id)
    return parse(await calls.get(url))


async def _made(calls: Calls, base: str, token: str, ready: bytes) -> dict[str, Any]:
    return parse(await calls.post(endpoint(base, CREATE, token), ready))
