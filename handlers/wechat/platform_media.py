"""The platforms' media, reached by their tokens: cgi-bin/media/get is the same call on both, but that the account says
of a video only where it lies (its "temporary media")."""

import asyncio
import re
from collections.abc import AsyncIterator, Mapping
from functools import partial
from typing import Any, NamedTuple, Protocol

from aiohttp import web
from yarl import URL

from bot.channels.contract import SendError
from bot.deps import DEPS, Deps
from bot.wechat.codes import OFFICIAL, WECOM
from bot.wechat.http import Calls, Given, parse, refusal, verdict
from bot.wechat.shared_tokens import account_tokens, application_tokens
from broadcasts.dispatch.states import Road
from handlers.wechat.contents import FILE, VIDEO
from handlers.wechat.media import AT_ONCE, fetching
from handlers.wechat.models import Platform

PATIENCE = 60.0  # seconds for one file
PLATFORM = re.compile(r"(?:[a-z0-9-]+\.)+qq\.com")
SAID = frozenset({"application/json", "text/plain"})  # how the platforms' own answers come
LONGEST = 64 * 1024  # bytes that such an answer may have
NOBODYS = "0"  # a media id that no platform gives
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
        opened = application_tokens if platform is Platform.wecom else partial(account_tokens, can_force=False)
        if tokens := opened(s, calls, deps.clock, road.value):
            made[road.value, platform.value] = (base, tokens)
    return made


class PlatformMedia:
    """`sources` holds base URL and token by road and platform."""

    def __init__(self, calls: Calls, sources: Sources) -> None:
        self._calls, self._sources = calls, sources

    async def fetch(self, road: str, platform: str, media_id: str, kind: str, most: int) -> bytes:
        """The file. A bad token is replaced once. Raises SendError."""
        if (road, platform) not in self._sources:
            raise SendError("credentials", wait=3600.0)  # set up again tomorrow it can still be fetched
        base, tokens = self._sources[road, platform]
        asked = _Asked(URL(f"{base}/cgi-bin/media/get"), platform, media_id, kind, most)
        token = await tokens.get()
        try:
            return await self._file(asked, token)
        except _Stale:
            fresh = await tokens.replace(token)
        try:
            if fresh != token:
                return await self._file(asked, fresh)
        except _Stale:
            pass
        raise SendError("credentials", wait=60.0, alarm=True)

    async def _file(self, asked: "_Asked", token: str) -> bytes:
        given = await self._given(asked.url.with_query(access_token=token, media_id=asked.media_id), asked.most)
        if not _says(given):
            return _whole(given)
        if asked.kind == FILE:  # a person may have written it: it is neither believed nor kept
            await self._tried(asked, token)
            raise SendError("bad_answer", wait=5.0)
        said = parse(given.body, code_missing=0)
        if "video_url" in said:
            return await self._video(_lies_at(asked, said["video_url"]), asked.most)
        raise _refused(said, asked.platform)

    async def _tried(self, asked: "_Asked", token: str) -> None:
        """What the platform says of the token where nobody else can speak: of a medium that there never was."""
        given = await self._given(asked.url.with_query(access_token=token, media_id=NOBODYS), LONGEST)
        if _says(given) and isinstance(refused := _refused(parse(given.body, code_missing=0), asked.platform), _Stale):
            raise refused

    async def _video(self, url: URL, most: int) -> bytes:
        try:
            return _whole(await self._given(url, most))
        except ValueError as error:  # a name that no resolver takes
            raise SendError("bad_answer", permanent=True) from error

    async def _given(self, url: URL, most: int) -> Given:
        try:
            async with asyncio.timeout(PATIENCE):
                return await self._calls.fetch(url, most)
        except TimeoutError as error:
            raise SendError("timeout", wait=5.0) from error


class _Asked(NamedTuple):
    url: URL
    platform: str
    media_id: str
    kind: str
    most: int


def _says(given: Given) -> bool:
    """Whether it is the platform that speaks: what it calls a file is one, whatever its bytes say."""
    return given.mime in SAID and not given.attached and given.body[:1] == b"{" and len(given.body) <= LONGEST


def _whole(given: Given) -> bytes:
    if given.status != 200 or not given.body:
        raise SendError("bad_answer", wait=5.0)
    return given.body


def _refused(said: dict[str, Any], platform: str) -> Exception:
    if said["errcode"] == 0:
        return SendError("bad_answer", wait=5.0)
    judged = verdict(said["errcode"], TABLES[platform])
    return _Stale() if judged.refresh else refusal(judged)


def _lies_at(asked: _Asked, said: object) -> URL:
    """Nowhere but at the platform itself: at its hosts, or at the very one that was asked; and of a video that the
    account was sent alone. Raises SendError."""
    try:
        url = URL(str(said))
        bare = url.scheme == "https" and url.explicit_port is None and url.user is None
        known = (bare and PLATFORM.fullmatch(url.host or "")) or url.origin() == asked.url.origin()
    except ValueError as error:
        raise SendError("bad_answer", permanent=True) from error
    if not known or (asked.platform, asked.kind) != (Platform.oa, VIDEO):
        raise SendError("bad_answer", permanent=True)
    return url


class _Stale(Exception):
    """The token was refused."""
