"""A POST straight over aiohttp's connector and parser, without ClientSession: half of the CPU per message.

These names are semi-private: only releases that we looked at are used so, a trial at the start proves the manner, and
`bot.wechat.http` falls back to ClientSession where either says no.
"""

import asyncio
from typing import NamedTuple

import aiohttp
from aiohttp.client_reqrep import ClientRequest
from aiohttp.http import SERVER_SOFTWARE, HttpProcessingError
from yarl import URL

from bot.channels.contract import NEVER_LEFT, SendError

LOOKED_AT = "3.14."  # releases of aiohttp whose connector, protocol and parser were read
BROKEN = (aiohttp.ClientError, aiohttp.EofStream, HttpProcessingError, OSError)


class Destination(NamedTuple):
    """What all requests to one origin share: what the connector asks about them, and their headers."""

    request: ClientRequest
    head: bytes


class Lines:
    """The connections of `connector`, used by hand. An error before the first byte left is `unreachable`; any later
    one leaves open whether the platform acted."""

    def __init__(self, connector: aiohttp.TCPConnector, timeout: float) -> None:
        self._connector, self._patience = connector, timeout
        self._timeout = aiohttp.ClientTimeout(total=None, sock_connect=timeout)
        self._destinations: dict[tuple[str, str], Destination] = {}

    async def post(self, url: URL, body: bytes) -> tuple[int, bytes]:
        """The status and the answer's bytes. Raises SendError."""
        request, head = self._destination(url)
        path = url.raw_path_qs
        if not path.isascii() or not path.isprintable() or " " in path:
            raise ValueError("an address with characters that no address has")
        connection = await self._connected(request)
        try:
            protocol, transport = connection.protocol, connection.transport
            if protocol is None or transport is None or transport.is_closing():
                raise SendError("unreachable", wait=2.0, left=False)
            protocol.set_response_params(read_until_eof=True, read_timeout=self._patience)
            transport.write(b"POST %s HTTP/1.1\r\n%b%d\r\n\r\n%b" % (path.encode(), head, len(body), body))
            protocol.start_timeout()
            message, payload = await protocol.read()
            while message.code < 200:
                message, payload = await protocol.read()
            answer = payload.read_nowait() if payload.is_eof() else await payload.read()
        except TimeoutError as error:
            connection.close()
            raise SendError("timeout", lost=True) from error
        except BROKEN as error:
            connection.close()
            raise SendError("connection_lost", lost=True) from error
        except BaseException:
            connection.close()
            raise
        connection.release()
        return message.code, answer

    async def _connected(self, request: ClientRequest) -> aiohttp.connector.Connection:
        """A connection on which nothing is left over: what came unasked would be read as the next answer."""
        while True:
            try:
                connection = await self._connector.connect(request, [], self._timeout)
            except (aiohttp.ClientError, OSError, TimeoutError) as error:
                raise SendError("unreachable", wait=2.0, left=False) from error
            except asyncio.CancelledError as error:
                error.args = NEVER_LEFT
                raise
            if connection.protocol is None or not connection.protocol.should_close:
                return connection
            connection.close()

    def _destination(self, url: URL) -> Destination:
        key = (url.scheme, url.raw_authority)
        found = self._destinations.get(key)
        if found is None:
            request = ClientRequest("POST", url.origin(), loop=asyncio.get_running_loop())
            head = (
                f"Host: {request.headers['Host']}\r\nContent-Type: application/json\r\nAccept: */*\r\n"
                f"User-Agent: {SERVER_SOFTWARE}\r\nContent-Length: "
            )
            found = self._destinations[key] = Destination(request, head.encode("ascii"))
        return found
