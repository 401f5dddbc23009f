"""How far the platform is with a mass send: asked where it told nothing by itself."""

from typing import Any

import orjson

from bot.wechat.codes import OFFICIAL
from bot.wechat.http import Calls, parse
from bot.wechat.renewal import endpoint, taken
from bot.wechat.tokens import Tokens

PATH = "/cgi-bin/message/mass/get"


async def mass_status(calls: Calls, tokens: Tokens, base: str, message_id: str) -> str:
    """SEND_SUCCESS, SENDING, SEND_FAIL or DELETE. Raises SendError. Page: api_massget."""
    body = orjson.dumps({"msg_id": message_id})
    said = await taken(tokens, lambda token: _asked(calls, base, token, body), OFFICIAL)
    return str(said.get("msg_status") or "")


async def _asked(calls: Calls, base: str, token: str, body: bytes) -> dict[str, Any]:
    return parse(await calls.post(endpoint(base, PATH, token), body), code_missing=0)
