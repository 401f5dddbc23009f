"""What leaves compressed and what does not; and the console's forms give nothing away by the length of a page."""

import gzip
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from secrets import token_urlsafe

import pytest
from aiohttp import ClientSession, hdrs
from aiohttp.test_utils import TestServer
from yarl import URL

from bot.access import sessions
from bot.access.models import Role
from bot.app import create_app
from handlers.console.page import static
from handlers.packing import LEAST, takes_gzip
from tests.console.browser import add, browser
from tests.world import World

GZIP = {"Accept-Encoding": "gzip, deflate"}


@asynccontextmanager
async def served(world: World) -> AsyncIterator[TestServer]:
    async with TestServer(create_app(world.deps)) as server:
        assert isinstance(server, TestServer)
        yield server


async def raw(base: URL, path: str, headers: dict[str, str]) -> tuple[str, str, bytes]:
    """The coding, what it varies by, and the bytes on the wire."""
    async with ClientSession(auto_decompress=False) as http, http.get(base.join(URL(path)), headers=headers) as said:
        return said.headers.get(hdrs.CONTENT_ENCODING, ""), said.headers.get(hdrs.VARY, ""), await said.read()


async def test_a_stylesheet_and_a_page_are_packed_for_whoever_takes_it(world: World) -> None:
    async with served(world) as server:
        base = server.make_url("/")
        for path in (static("console.css"), "/docs", "/openapi.json"):
            _, _, plain = await raw(base, path, {"Accept-Encoding": "identity"})
            coding, varies, packed = await raw(base, path, GZIP)
            assert (coding, varies) == ("gzip", "Accept-Encoding"), path
            assert gzip.decompress(packed) == plain, path
            assert len(packed) * 2 < len(plain), path
            for refused in ("", "br", "gzip;q=0, deflate"):
                assert (await raw(base, path, {"Accept-Encoding": refused}))[0] == "", (path, refused)


async def test_what_is_small_stays_as_it_is(world: World) -> None:
    async with served(world) as server:
        coding, _, said = await raw(server.make_url("/"), "/healthz", GZIP)
        assert (coding, len(said) < LEAST) == ("", True)


async def test_the_wire_streams_to_a_browser_that_takes_gzip(world: World) -> None:
    await add(world.deps, "officer", Role.officer)
    async with served(world) as server, browser(server) as made:
        await made.sign_in("officer")
        async with made.client.get("/console/live", headers=GZIP) as wire:
            assert hdrs.CONTENT_ENCODING not in wire.headers
            assert await wire.content.readline() == b": here\n"


async def test_no_two_pages_carry_the_same_key_and_each_of_them_fits(world: World) -> None:
    await add(world.deps, "officer", Role.officer)
    async with served(world) as server, browser(server) as made:
        await made.sign_in("officer")
        keys = [set(re.findall(r'name="csrf" value="([^"]+)"', await made.open("/console/paste"))) for _ in range(2)]
        assert [len(found) for found in keys] == [1, 1]  # one on a page: it compresses well
        assert keys[0] != keys[1]
        for found in keys:
            await made.send("/console/paste", csrf=found.pop(), text="x")
            assert made.status != 403


@pytest.mark.parametrize("sent", ["", "x", "é", "AAAA", "a" * 116, "\udc80"])
def test_what_no_page_had_does_not_fit(sent: str) -> None:
    csrf = token_urlsafe(32)
    assert sessions.fits(csrf, sessions.masked(csrf))
    assert not sessions.fits(csrf, sent)
    assert not sessions.fits(csrf, csrf)


@pytest.mark.parametrize(
    ("accepted", "takes"),
    [("gzip", True), ("br, GZIP;q=0.5", True), ("gzip;q=0", False), ("gzip; q=0.000", False), ("x-gzip", False)],
)
def test_a_zero_says_no(accepted: str, takes: bool) -> None:
    assert takes_gzip(accepted) is takes
