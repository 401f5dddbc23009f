"""The platforms' media, reached by their tokens: cgi-bin/media/get is the same call on both, but that the account says
of a video only where it lies (its "temporary media")."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from typing import Protocol

from aiohttp import web
from yarl import URL

from bot.channels.contract import SendError
from bot.deps import DEPS, Deps
from bot.wechat.codes import OFFICIAL, WECOM
from bot.wechat.http import Calls, parse, refusal, verdict
from bot.wechat.shared_tokens import account_tokens, application_tokens
from broadcasts.dispatch.states import Road
from handlers.wechat.media import AT_ONCE, fetching
from handlers.wechat.models import Platform

PATIENCE = 60.0  # seconds for one file
PLATFORM = ".qq.com"
TABLES = {Platform.wecom.value: WECOM, Platform.oa.value: OFFICIAL}


class Token(Protocol):
    async def get(self) -> str: ...

    async def replace(self, stale: str) -> str: ...


Sources = Mapping[tuple[str, str], tuple[str, Token]]


async def media_fetched(app: web.Application) -> AsyncIterator[None]:
    """A cleanup context: fetch what hangs on words, over connections of its own."""
    deps = app[DEPS]
    async with Calls(timeout=deps.settings.call_timeout, connections=AT_ONCE, by_hand=False) as calls:
        async for _ in fetching(app, PlatformMedia(calls, sources(deps, calls))):
            yield


def sources(deps: Deps, calls: Calls) -> Sources:
    """The roads and platforms that are set up."""
    s = deps.settings
    bases = {
        (Road.live, Platform.wecom): s.wecom_api_base,
        (Road.live, Platform.oa): s.oa_api_base,
        (Road.training, Platform.wecom): s.training_api_base,
        (Road.training, Platform.oa): s.training_api_base,
    }
    made = {}
    for (road, platform), base in bases.items():
        opened = application_tokens if platform is Platform.wecom else account_tokens
        if tokens := opened(s, calls, deps.clock, road.value):
            made[road.value, platform.value] = (base, tokens)
    return made


class PlatformMedia:
    """`sources` holds base URL and token by road and platform."""

    def __init__(self, calls: Calls, sources: Sources) -> None:
        self._calls, self._sources = calls, sources

    async def fetch(self, road: str, platform: str, media_id: str, most: int) -> bytes:
        """The file. A bad token is replaced once. Raises SendError."""
        if (road, platform) not in self._sources:
            raise SendError("credentials", wait=3600.0)  # set up again tomorrow it can still be fetched
        base, tokens = self._sources[road, platform]
        url = URL(f"{base}/cgi-bin/media/get")
        token = await tokens.get()
        try:
            return await self._file(url, token, media_id, platform, most)
        except _Stale:
            fresh = await tokens.replace(token)
        try:
            return await self._file(url, fresh, media_id, platform, most)
        except _Stale as error:
            raise SendError("credentials", wait=60.0, alarm=True) from error

    async def _file(self, url: URL, token: str, media_id: str, platform: str, most: int) -> bytes:
        try:
            async with asyncio.timeout(PATIENCE):
                status, raw = await self._calls.fetch(url.with_query(access_token=token, media_id=media_id), most)
        except TimeoutError as error:
            raise SendError("timeout", wait=5.0) from error
        if raw[:1] == b"{":  # nothing that is kept begins so
            said = parse(raw, code_missing=0)
            if "video_url" in said:
                return await self._video(_lies_at(url, said["video_url"]), most)
            judged = verdict(said["errcode"], TABLES[platform])
            raise _Stale if judged.refresh else refusal(judged)
        if status != 200 or not raw:
            raise SendError("bad_answer", wait=5.0)
        return raw

    async def _video(self, url: URL, most: int) -> bytes:
        async with asyncio.timeout(PATIENCE):
            status, raw = await self._calls.fetch(url, most)
        if status != 200 or not raw:
            raise SendError("bad_answer", wait=5.0)
        return raw


def _lies_at(asked: URL, said: object) -> URL:
    """Nowhere but at the platform itself: at its hosts, or at the very one that was asked. Raises SendError."""
    url = URL(str(said))
    ours = (url.host, url.port) == (asked.host, asked.port) or (url.host or "").endswith(PLATFORM)
    if url.scheme not in {"http", "https"} or not ours:
        raise SendError("bad_answer", permanent=True)
    return url


class _Stale(Exception):
    """The token was refused."""
