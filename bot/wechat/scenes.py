"""A permanent QR code of the official account: what it shall hold, asked of the platform once for each scene."""

from typing import Any

import orjson

from bot.channels.contract import SendError
from bot.wechat.codes import OFFICIAL
from bot.wechat.http import Calls
from bot.wechat.renewal import endpoint, taken
from bot.wechat.tokens import Tokens


async def scene_url(calls: Calls, tokens: Tokens, base: str, scene: str) -> str:
    """The address that the code holds. Raises SendError. Page: qrcode/create, at most 100,000 permanent codes."""
    body = orjson.dumps({"action_name": "QR_LIMIT_STR_SCENE", "action_info": {"scene": {"scene_str": scene}}})
    said = await taken(tokens, lambda token: _asked(calls, base, token, body), OFFICIAL)
    return str(said["url"])


async def _asked(calls: Calls, base: str, token: str, body: bytes) -> dict[str, Any]:
    answer = await calls.post(endpoint(base, "/cgi-bin/qrcode/create", token), body)
    try:
        said = orjson.loads(answer)
    except orjson.JSONDecodeError as error:
        raise SendError("bad_answer", wait=2.0) from error
    if not isinstance(said, dict) or not ("url" in said or "errcode" in said):
        raise SendError("bad_answer", wait=2.0)
    return {"errcode": 0, **said}
