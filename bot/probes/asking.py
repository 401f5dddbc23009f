"""One question to somebody's web server, with a time-out: what it answered, and what its clock said."""

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import NamedTuple

import aiohttp
from yarl import URL

from bot.wechat.called import CALLED

SECONDS = 5.0  # that anybody is given for an answer
MOST = 256 * 1024  # bytes of an answer that are read


class Heard(NamedTuple):
    """`date` is the answerer's own clock, where it said."""

    status: int
    body: bytes
    date: datetime | None
    where: str = ""  # it wants us to ask elsewhere


class NoAnswer(Exception):
    """`reason` is name (no such host), unreachable, certificate or timeout."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@asynccontextmanager
async def asking(trusting: ssl.SSLContext | None = None) -> AsyncIterator[aiohttp.ClientSession]:
    """Connections for a few questions. `trusting`: whom to believe, the machine's own list by default."""
    connector = aiohttp.TCPConnector(ssl=trusting if trusting is not None else True, force_close=True)
    async with aiohttp.ClientSession(connector=connector, cookie_jar=aiohttp.DummyCookieJar()) as http:
        yield http


async def ask(http: aiohttp.ClientSession, url: URL, *, body: bytes | None = None, seconds: float = SECONDS) -> Heard:
    """Raises NoAnswer. A GET, or a POST of JSON where there is a `body`; no redirect is followed."""
    headers = {"Content-Type": "application/json"} if body is not None else {}
    method = "GET" if body is None else "POST"
    CALLED.note(url)
    try:
        async with (
            asyncio.timeout(seconds),
            http.request(method, url, data=body, headers=headers, allow_redirects=False) as answer,
        ):
            said = await _read(answer)
            where = answer.headers.get("Location", "")
            return Heard(answer.status, said, _date(answer.headers.get("Date", "")), where)
    except TimeoutError:
        raise NoAnswer("timeout") from None
    except (aiohttp.ClientSSLError, aiohttp.ClientConnectorCertificateError, ssl.SSLError):
        raise NoAnswer("certificate") from None
    except aiohttp.ClientConnectorDNSError:
        raise NoAnswer("name") from None
    except (aiohttp.ClientError, ConnectionError, OSError):
        raise NoAnswer("unreachable") from None


async def _read(answer: aiohttp.ClientResponse) -> bytes:
    body = bytearray()
    async for chunk in answer.content.iter_any():
        body += chunk
        if len(body) > MOST:
            break
    return bytes(body[:MOST])


def _date(text: str) -> datetime | None:
    try:
        found = parsedate_to_datetime(text)
    except ValueError:
        return None
    return found if found.tzinfo else None
