"""Uploading a recording to WeCom: it gets a name that is good for three days, for all applications of the enterprise.
developer.work.weixin.qq.com, document 90253."""

import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from yarl import URL

from bot.channels.contract import SendError
from bot.clock import Clock
from bot.config import Settings
from bot.wechat.http import Calls, parse
from bot.wechat.renewal import taken
from bot.wechat.shared_tokens import application_tokens
from bot.wechat.tokens import Tokens

PATH = "/cgi-bin/media/upload"
LASTS = timedelta(days=3)
VOICE_BYTES, VOICE_SECONDS = 2 * 1024 * 1024, 60
AT_ONCE = 2  # calls


@asynccontextmanager
async def uploads(settings: Settings, clock: Clock) -> AsyncIterator[dict[str, "Uploads"]]:
    """By road; none where it has no application."""
    async with Calls(timeout=settings.call_timeout, connections=AT_ONCE, by_hand=False) as calls:
        bases = {"live": settings.wecom_api_base, "training": settings.training_api_base}
        found = {road: application_tokens(settings, calls, clock, road) for road, base in bases.items() if base}
        yield {road: Uploads(calls, tokens, bases[road]) for road, tokens in found.items() if tokens}


@dataclass(frozen=True)
class Uploads:
    calls: Calls
    tokens: Tokens
    base: str

    async def voice(self, name: str, body: bytes) -> str:
        """The media_id of an AMR. Raises SendError."""
        said = await taken(self.tokens, lambda token: self._post(token, name, body))
        if not said.get("media_id"):
            raise SendError("bad_answer")
        return str(said["media_id"])

    async def _post(self, token: str, name: str, body: bytes) -> dict[str, Any]:
        boundary = secrets.token_hex(16)
        head = f'Content-Disposition: form-data; name="media"; filename="{name}"\r\nContent-Type: audio/amr\r\n\r\n'
        form = f"--{boundary}\r\n{head}".encode() + body + f"\r\n--{boundary}--\r\n".encode()
        url = URL(f"{self.base}{PATH}?access_token={token}&type=voice", encoded=True)
        kind = f"multipart/form-data; boundary={boundary}"
        return parse(await self.calls.hand_in(url, form, kind), code_missing=0)
