"""How far the platform is with a mass send: asked where it told nothing by itself."""

from typing import Any

import orjson
from yarl import URL

from bot.wechat.codes import OFFICIAL
from bot.wechat.http import Calls, parse, refusal, verdict
from bot.wechat.tokens import Tokens

PATH = "/cgi-bin/message/mass/get"


async def mass_status(calls: Calls, tokens: Tokens, base: str, message_id: str) -> str:
    """SEND_SUCCESS, SENDING, SEND_FAIL or DELETE. Raises SendError. Page: api_massget."""
    body, token = orjson.dumps({"msg_id": message_id}), await tokens.get()
    said = await _asked(calls, base, token, body)
    if verdict(said["errcode"], OFFICIAL).refresh:
        said = await _asked(calls, base, await tokens.replace(token), body)
    if said["errcode"]:
        raise refusal(verdict(said["errcode"], OFFICIAL))
    return str(said.get("msg_status") or "")


async def _asked(calls: Calls, base: str, token: str, body: bytes) -> dict[str, Any]:
    url = URL(f"{base}{PATH}?access_token={token}", encoded=True)
    return parse(await calls.post(url, body), code_missing=0)
