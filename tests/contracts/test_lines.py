"""Requests over aiohttp's connector by hand: proven on both loops, and no answer is taken for another's."""

import asyncio

import aiohttp
import pytest
import uvloop
from yarl import URL

from bot.wechat.http import Calls
from bot.wechat.lines import Lines
from bot.wechat.trial import proven

SAID = b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\n%b"
END = b"\r\n\r\n{}"


async def test_the_installed_aiohttp_was_looked_at_and_passes_the_trial() -> None:
    """If this fails after a renewal of the lock: read that release's connector and client_proto, then LOOKED_AT."""
    assert await proven()


def test_it_passes_on_the_workers_loop_too() -> None:
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        assert runner.run(proven())


async def test_a_release_that_nobody_looked_at_goes_by_session() -> None:
    assert not await proven("3.15.0")


async def test_what_came_unasked_is_not_the_next_answer() -> None:
    connections: list[asyncio.StreamWriter] = []

    async def peer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        connections.append(writer)
        while await reader.readuntil(END):
            writer.write(SAID % (b"%03d" % len(connections)) + SAID % b"bad")

    server = await asyncio.start_server(peer, "127.0.0.1", 0)
    url = URL(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/")
    async with server, Calls(timeout=2.0, connections=5) as calls:
        assert [await calls.post(url, b"{}") for _ in range(3)] == [b"001", b"002", b"003"]
    for writer in connections:
        writer.close()


@pytest.mark.parametrize("path", ["/send?key=a b", "/send?key=a\r\nX: y", "/send?key=柳湾"])
async def test_an_address_cannot_smuggle_a_header(path: str) -> None:
    connector = aiohttp.TCPConnector()
    try:
        with pytest.raises(ValueError, match="no address has"):
            await Lines(connector, 1.0).post(URL(f"http://127.0.0.1:9{path}", encoded=True), b"{}")
    finally:
        await connector.close()
