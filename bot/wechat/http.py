"""Calls to a platform: ready bytes out, bytes back, every failure one SendError.

A POST goes over aiohttp's connector by hand where that was proven at the start, else by its public face, tuned.
"""

from collections.abc import Mapping
from types import TracebackType
from typing import Any, NamedTuple, Self, cast

import aiohttp
import orjson
from yarl import URL

from bot.channels.contract import SendError
from bot.wechat.called import CALLED
from bot.wechat.codes import UNKNOWN, WECOM, Verdict
from bot.wechat.lines import Lines
from bot.wechat.trial import proven

JSON = {"Content-Type": "application/json"}
OK = b'{"errcode":0,"errmsg":"ok"}'
UNTAKEN = frozenset({*range(400, 500), 503})  # by RFC 9110 nothing was done; after another status nobody knows


class Given(NamedTuple):
    """What a GET gave. `mime` in lower case without its parameters; `attached`: its headers say that it is a file."""

    status: int
    body: bytes
    mime: str = ""
    attached: bool = False


class Calls:
    """One connection pool. A call that got no answer is `lost` unless it certainly never left."""

    def __init__(self, *, timeout: float, connections: int, by_hand: bool = True) -> None:
        connector = aiohttp.TCPConnector(limit=connections, ttl_dns_cache=300)
        self._lines = Lines(connector, timeout)
        self._by_hand = by_hand
        self._session = aiohttp.ClientSession(
            connector=connector,
            timeout=aiohttp.ClientTimeout(total=None, sock_connect=timeout, sock_read=timeout),
            cookie_jar=aiohttp.DummyCookieJar(),
            headers=JSON,
        )

    async def post(self, url: URL, body: bytes) -> bytes:
        """The answer's bytes. Raises SendError."""
        CALLED.note(url)
        status, answer = await (self._lines.post if self._by_hand else self._post)(url, body)
        _look_at(status)
        return answer

    async def hand_in(self, url: URL, body: bytes, kind: str) -> bytes:
        """A file: a POST of that content type."""
        CALLED.note(url)
        status, answer = await self._post(url, body, {"Content-Type": kind})
        _look_at(status)
        return answer

    async def _post(self, url: URL, body: bytes, headers: Mapping[str, str] = JSON) -> tuple[int, bytes]:
        try:
            response = await self._session.post(url, data=body, headers=headers, allow_redirects=False)
            return response.status, await response.read()
        except (aiohttp.ConnectionTimeoutError, aiohttp.ClientConnectorError) as error:
            raise SendError("unreachable", wait=2.0, left=False) from error
        except TimeoutError as error:
            raise SendError("timeout", lost=True) from error
        except (aiohttp.ClientError, ConnectionError) as error:
            raise SendError("connection_lost", lost=True) from error

    async def get(self, url: URL) -> bytes:
        """As `post`; what is asked for by GET may be asked again, so nothing is lost."""
        CALLED.note(url)
        try:
            response = await self._session.get(url, allow_redirects=False)
            return await response.read()
        except (aiohttp.ClientError, ConnectionError, TimeoutError) as error:
            raise SendError("unreachable", wait=2.0, left=False) from error

    async def fetch(self, url: URL, most: int) -> Given:
        """A file. Raises SendError, `too_large` past `most` bytes, of which no more are read."""
        CALLED.note(url)
        try:
            async with self._session.get(url, allow_redirects=False) as response:
                body = bytearray()
                async for chunk in response.content.iter_any():
                    body += chunk
                    if len(body) > most:
                        raise SendError("too_large", permanent=True)
                named = "Content-Disposition" in response.headers
                return Given(response.status, bytes(body), response.content_type.lower(), named)
        except (aiohttp.ClientError, ConnectionError, TimeoutError) as error:
            raise SendError("unreachable", wait=2.0, left=False) from error

    async def __aenter__(self) -> Self:
        self._by_hand = self._by_hand and await proven()
        return self

    async def __aexit__(self, kind: type[BaseException] | None, _: object, __: TracebackType | None) -> None:
        await self._session.close()


def _look_at(status: int) -> None:
    if status in UNTAKEN:
        raise SendError("unreachable", wait=2.0)
    if status != 200:
        raise SendError("bad_answer", lost=True)


def parse(answer: bytes, *, code_missing: int | None = None) -> dict[str, Any]:
    """The answer as an object with an integer errcode. Raises SendError where it is none: it may have been done.
    Some endpoints name no errcode when all went well: then it is `code_missing`."""
    try:
        parsed = orjson.loads(answer)
    except orjson.JSONDecodeError:
        parsed = None
    if code_missing is not None and isinstance(parsed, dict):
        parsed.setdefault("errcode", code_missing)
    if not isinstance(parsed, dict) or not isinstance(parsed.get("errcode"), int):
        raise SendError("bad_answer", lost=True)
    return cast("dict[str, Any]", parsed)


def verdict(code: int, table: Mapping[int, Verdict] = WECOM) -> Verdict:
    return table.get(code, UNKNOWN)


def refusal(said: Verdict) -> SendError:
    return SendError(said.reason, permanent=said.permanent, wait=said.wait, alarm=said.alarm)
