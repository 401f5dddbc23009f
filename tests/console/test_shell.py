"""What every answer carries, pages for what goes wrong, and the live wire."""

from aiohttp import StreamReader
from aiohttp.test_utils import TestServer

from bot.app import create_app
from handlers.console.app import add_console
from handlers.console.live import WIRE
from handlers.console.page import static
from tests.console.browser import Browser
from tests.world import World


async def test_every_page_tells_the_browser_to_be_careful(officer: Browser) -> None:
    for path in ("/console/", "/console/sign-in", "/console/nowhere", "/console/alerts"):
        async with officer.client.get(path) as response:
            assert "frame-ancestors 'none'" in response.headers["Content-Security-Policy"], path
            assert response.headers["X-Content-Type-Options"] == "nosniff"
            assert response.headers["Referrer-Policy"] == "same-origin"
            assert response.headers["Cache-Control"] == "no-store"


async def test_a_file_may_be_kept_and_nothing_else_is_a_file(officer: Browser) -> None:
    async with officer.client.get(static("console.css")) as response:
        assert response.status == 200
        assert "immutable" in response.headers["Cache-Control"]
    for name in ("..%2Fpages%2Flayout.html", "__init__.py", "nothing.css"):
        await officer.open(f"/static/{name}")
        assert officer.status == 404, name


async def test_what_is_not_there_is_a_page_in_chinese(officer: Browser) -> None:
    assert "没有这个页面" in await officer.open("/console/alerts/none")
    assert officer.status == 404
    await officer.open("/console/broadcasts/none/unreached")
    assert officer.status == 404


async def test_the_wire_says_that_something_changed_and_hangs_up_at_the_end(
    world: World, server: TestServer, officer: Browser
) -> None:
    async with officer.client.get("/console/live") as response:
        assert response.content_type == "text/event-stream"
        assert await response.content.readline() == b": here\n"
        await _blank(response.content)
        await world.issue()
        world.clock.turn(1)
        assert await response.content.readline() == b"data: changed\n"
        server.app[WIRE].end()
        rest = await response.content.read()
        assert rest.strip() in {b"", b"data: changed"}
    assert not server.app[WIRE].listeners


async def _blank(content: StreamReader) -> None:
    assert await content.readline() == b"\n"


async def test_a_stranger_hears_nothing(server: TestServer, world: World) -> None:
    async with world.http.get(server.make_url("/console/live"), allow_redirects=False) as response:
        assert response.status == 303


async def test_the_whole_application_takes_it_in(world: World) -> None:
    app = create_app(world.deps)
    if WIRE not in app:
        add_console(app)
    async with TestServer(app) as server, world.http.get(server.make_url("/console/sign-in")) as response:
        assert response.status == 200
        assert "青崖县值班台" in await response.text()
