"""Making a group of members in the application's name: developer.work.weixin.qq.com, document 90245."""

from collections.abc import Sequence

import orjson
from yarl import URL

from bot.wechat.http import Calls, parse, refusal, verdict
from bot.wechat.tokens import Tokens

CREATE = "/cgi-bin/appchat/create"
EXISTS = 86215
NAME = 50  # characters


async def make_group(
    calls: Calls, tokens: Tokens, base: str, *, chat_id: str, name: str, members: Sequence[str]
) -> None:
    """A group of these members, the first of whom owns it. One with this id that is there already is as good: whoever
    asks again after a lost answer makes no second. Raises SendError."""
    document = {"name": name[:NAME], "owner": members[0], "userlist": list(members), "chatid": chat_id}
    ready, token = orjson.dumps(document), await tokens.get()
    code = await _code(calls, base, token, ready)
    if verdict(code).refresh:
        code = await _code(calls, base, await tokens.replace(token), ready)
    if code not in {0, EXISTS}:
        raise refusal(verdict(code))


async def _code(calls: Calls, base: str, token: str, ready: bytes) -> int:
    return int(parse(await calls.post(URL(f"{base}{CREATE}?access_token={token}", encoded=True), ready))["errcode"])
