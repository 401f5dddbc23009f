"""The trial that Lines must pass in this very process before a warning goes that way: whole answers, cut ones, none."""

import asyncio
import logging
from collections.abc import Iterator
from typing import cast

import aiohttp
from yarl import URL

from bot.channels.contract import SendError
from bot.wechat.lines import LOOKED_AT, Lines

log = logging.getLogger(__name__)

WITHIN = 4.0  # seconds for the whole trial
PATIENCE = 2.0  # seconds that a peer may be silent in it
SOON = 0.02  # and where its silence is what is tried
SAID = b'{"errcode":0,"errmsg":"ok"}'
WHOLE = b"HTTP/1.1 200 OK\r\nContent-Length: 27\r\n\r\n" + SAID
CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n%b\r\n16\r\n%b\r\n0\r\n\r\n" % (
    SAID[:5],
    SAID[5:],
)
REFUSED = b"HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n"
ANSWERS = ((WHOLE, 200, SAID), (CHUNKED, 200, SAID), (REFUSED, 503, b""), (WHOLE, 200, SAID))
CUT, SILENT = WHOLE[:-3], b""


async def proven(release: str = aiohttp.__version__) -> bool:
    """Whether requests may go over aiohttp's connector by hand. Never raises: the other way is always there."""
    if not release.startswith(LOOKED_AT):
        log.warning("aiohttp %s was not looked at: requests go the slower way", release)
        return False
    try:
        async with asyncio.timeout(WITHIN):
            await _tried()
    except Exception:
        log.warning("the trial of the faster way failed: requests go the slower way", exc_info=True)
        return False
    return True


class _Peer(asyncio.Protocol):
    """Answers request after request with what the trial says next, in two pieces."""

    def __init__(self, answers: Iterator[bytes], heard: list[bytes], opened: list[asyncio.BaseTransport]) -> None:
        self._answers, self._heard, self._opened = answers, heard, opened
        self._buffer = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)
        self._opened.append(transport)

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        if not self._buffer.endswith(b'{"n":1}'):
            return
        self._heard.append(self._buffer)
        self._buffer = b""
        answer = next(self._answers)
        self._transport.write(answer[:9])
        self._transport.write(answer[9:])
        if answer == CUT:
            self._transport.close()


async def _tried() -> None:
    heard: list[bytes] = []
    opened: list[asyncio.BaseTransport] = []
    answers = iter((*(answer for answer, _, _ in ANSWERS), SILENT, CUT))
    server = await asyncio.get_running_loop().create_server(lambda: _Peer(answers, heard, opened), "127.0.0.1", 0)
    url = URL(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/a?b=%E6%9F%B3", encoded=True)
    connector = aiohttp.TCPConnector(limit=1)
    lines = Lines(connector, PATIENCE)
    try:
        for _, status, said in ANSWERS:
            _same(await lines.post(url, b'{"n":1}'), (status, said))
        _same(len(opened), 1)
        _same(await _error(Lines(connector, SOON), url), ("timeout", True))  # the connection is open: none is made
        _same(await _error(lines, url), ("connection_lost", True))
    finally:
        server.close()
        for transport in opened:
            transport.close()
    try:
        _same(await _error(lines, url), ("unreachable", False))
    finally:
        await connector.close()
    _same(len(heard), len(ANSWERS) + 2)
    for request in heard:
        _same(request.startswith(b"POST /a?b=%E6%9F%B3 HTTP/1.1\r\nHost: 127.0.0.1:"), True)
        _same(request.endswith(b'\r\nContent-Length: 7\r\n\r\n{"n":1}'), True)


async def _error(lines: Lines, url: URL) -> tuple[str, bool]:
    try:
        await lines.post(url, b'{"n":1}')
    except SendError as error:
        return error.reason, error.lost
    return "", False


def _same(found: object, meant: object) -> None:
    if found != meant:
        raise ValueError(f"{found!r}, not {meant!r}")
