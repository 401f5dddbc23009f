"""Calls to a platform, tuned by aiohttp's public face: ready bytes out, bytes back, every failure one SendError."""

from types import TracebackType
from typing import Any, Self, cast

import aiohttp
import orjson
from yarl import URL

from bot.channels.contract import SendError
from bot.wechat.codes import UNKNOWN, WECOM, Verdict

JSON = {"Content-Type": "application/json"}
OK = b'{"errcode":0,"errmsg":"ok"}'


class Calls:
    """One connection pool. A call that got no answer is `lost` unless it certainly never left."""

    def __init__(self, *, timeout: float, connections: int) -> None:
        self._session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(limit=connections, ttl_dns_cache=300),
            timeout=aiohttp.ClientTimeout(total=None, sock_connect=timeout, sock_read=timeout),
            cookie_jar=aiohttp.DummyCookieJar(),
            headers=JSON,
        )

    async def post(self, url: URL, body: bytes) -> bytes:
        """The answer's bytes. Raises SendError."""
        try:
            response = await self._session.post(url, data=body, allow_redirects=False)
            answer = await response.read()
        except (aiohttp.ConnectionTimeoutError, aiohttp.ClientConnectorError) as error:
            raise SendError("unreachable", wait=2.0) from error
        except TimeoutError as error:
            raise SendError("timeout", lost=True) from error
        except (aiohttp.ClientError, ConnectionError) as error:
            raise SendError("connection_lost", lost=True) from error
        if response.status != 200:
            raise SendError("bad_answer", lost=True)
        return answer

    async def get(self, url: URL) -> bytes:
        """As `post`; what is asked for by GET may be asked again, so nothing is lost."""
        try:
            response = await self._session.get(url, allow_redirects=False)
            return await response.read()
        except (aiohttp.ClientError, ConnectionError, TimeoutError) as error:
            raise SendError("unreachable", wait=2.0) from error

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, kind: type[BaseException] | None, _: object, __: TracebackType | None) -> None:
        await self._session.close()


def parse(answer: bytes) -> dict[str, Any]:
    """The answer as an object with an integer errcode. Raises SendError where it is none: it may have been done."""
    try:
        parsed = orjson.loads(answer)
    except orjson.JSONDecodeError:
        parsed = None
    if not isinstance(parsed, dict) or not isinstance(parsed.get("errcode"), int):
        raise SendError("bad_answer", lost=True)
    return cast("dict[str, Any]", parsed)


def verdict(code: int) -> Verdict:
    return WECOM.get(code, UNKNOWN)


def refusal(said: Verdict) -> SendError:
    return SendError(said.reason, permanent=said.permanent, wait=said.wait, alarm=said.alarm)
