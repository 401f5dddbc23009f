"""Changing the official account's tags: making, naming, ending one; putting followers under it and taking them out.
developers.weixin.qq.com, user management, tags."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import orjson

from bot.channels.contract import SendError
from bot.clock import Clock
from bot.config import Settings
from bot.wechat.http import Calls
from bot.wechat.renewal import endpoint
from bot.wechat.shared_tokens import account_tokens
from bot.wechat.tags import Tag, asked, tags
from bot.wechat.tokens import Tokens

CREATE, RENAME, DELETE = "/cgi-bin/tags/create", "/cgi-bin/tags/update", "/cgi-bin/tags/delete"
PUT, TAKE_OUT = "/cgi-bin/tags/members/batchtagging", "/cgi-bin/tags/members/batchuntagging"
NAME_BYTES = 30  # of UTF-8: ten Chinese characters
MOST_TAGS = 100  # of one account
FOLLOWERS = 50  # in one call
TO_DELETE = 100_000  # followers: of more the tag cannot be deleted
PLATFORMS_OWN = range(3)  # 0, 1 and 2 stay as they are
AT_ONCE = 2  # calls


@dataclass(frozen=True)
class TagChanges:
    """Every call raises SendError."""

    calls: Calls
    tokens: Tokens
    base: str

    async def all(self) -> list[Tag]:
        return await tags(self.calls, self.tokens, self.base)

    async def create(self, name: str) -> int:
        said = await self._ask(CREATE, {"tag": {"name": name}})
        made = said.get("tag")
        if not isinstance(made, dict) or not isinstance(made.get("id"), int):
            raise SendError("bad_answer")
        return int(made["id"])

    async def rename(self, tag: int, name: str) -> None:
        await self._ask(RENAME, {"tag": {"id": tag, "name": name}})

    async def delete(self, tag: int) -> None:
        await self._ask(DELETE, {"tag": {"id": tag}})

    async def put(self, tag: int, openids: Sequence[str]) -> None:
        """Fifty at the most: all of them, or none where one of them does not fit. Who is there already stays."""
        await self._ask(PUT, {"openid_list": list(openids), "tagid": tag})

    async def take_out(self, tag: int, openids: Sequence[str]) -> None:
        await self._ask(TAKE_OUT, {"openid_list": list(openids), "tagid": tag})

    async def _ask(self, path: str, document: dict[str, Any]) -> dict[str, Any]:
        body = orjson.dumps(document)
        return await asked(self.tokens, lambda token: self.calls.post(endpoint(self.base, path, token), body))


@asynccontextmanager
async def tag_changes(settings: Settings, clock: Clock) -> AsyncIterator[TagChanges | None]:
    """None where the county has no official account."""
    async with Calls(timeout=settings.call_timeout, connections=AT_ONCE, by_hand=False) as calls:
        tokens = account_tokens(settings, calls, clock, "live")
        yield TagChanges(calls, tokens, settings.oa_api_base) if tokens else None
