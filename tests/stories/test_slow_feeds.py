"""A slow feed holds up no other: it has so long for a look, and the others are looked at meanwhile."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from bot.demo.station import INDEX, feed
from broadcasts.intake.linked import linked
from broadcasts.intake.models import Feed
from broadcasts.intake.poll import poll_on
from tests.stories.test_feeds import add, alerts, show
from tests.world import World


@dataclass
class Slow:
    """A station whose files come when it is let go; `asked` are their names in the order of asking."""

    go: asyncio.Event = field(default_factory=asyncio.Event)
    begun: asyncio.Event = field(default_factory=asyncio.Event)
    asked: list[str] = field(default_factory=list)
    base: str = ""

    async def one(self, request: web.Request) -> web.Response:
        self.asked.append(request.match_info["name"])
        self.begun.set()
        await self.go.wait()
        return web.Response(body=b"<x/>", content_type="application/xml")

    async def index(self, _: web.Request) -> web.Response:
        links = "".join(f'<entry><id>{n}</id><title>{n}</title><link href="/f/{n}"/></entry>' for n in range(3))
        return web.Response(text=INDEX.format(entries=links), content_type="application/atom+xml")


@asynccontextmanager
async def slow() -> AsyncIterator[Slow]:
    station, app = Slow(), web.Application()
    app.add_routes([web.get("/feed.atom", station.index), web.get("/f/{name}", station.one)])
    async with TestServer(app) as server:
        station.base = str(server.make_url("/")).rstrip("/")
        yield station
        station.go.set()


async def test_the_others_are_looked_at_while_one_still_answers(world: World) -> None:
    async with feed() as quick, slow() as station, aiohttp.ClientSession() as http:
        await add(world, f"{station.base}/feed.atom")
        await add(world, f"{quick.base}/feed.atom")
        looking = asyncio.create_task(poll_on(world.deps, http, world.clock.now, seconds=0.01))
        async with asyncio.timeout(30):
            await station.begun.wait()
            show(quick, world)
            world.clock.turn(61)  # the quick one's next look is due, and the first of the slow one goes on
            while not await alerts(world):
                assert not looking.done()
            assert len(station.asked) == 1
            station.go.set()
            await looking
    assert len(station.asked) == 3


async def test_a_look_that_is_cut_off_leaves_nothing_running(world: World) -> None:
    async with slow() as station, aiohttp.ClientSession() as http:
        await add(world, f"{station.base}/feed.atom")
        before = asyncio.all_tasks()
        looking = asyncio.create_task(poll_on(world.deps, http, world.clock.now))
        async with asyncio.timeout(30):
            await station.begun.wait()
            looking.cancel()
            with pytest.raises(asyncio.CancelledError):
                await looking
        names = {getattr(task.get_coro(), "__qualname__", "") for task in asyncio.all_tasks() - before}
        assert not [name for name in names if name.startswith(("Looks", "poll"))]


async def test_when_its_time_is_over_the_rest_waits_and_the_newest_came_first(world: World) -> None:
    async with slow() as station, aiohttp.ClientSession() as http:
        station.go.set()
        urls = [f"{station.base}/f/{number}" for number in range(5)]
        one = Feed(uid="-", name="慢", url=f"{station.base}/feed.atom")
        first = await linked(http, one, urls, {}, [], seconds=0)
        assert (station.asked, first.whole, first.missing) == (["0"], False, {})
        late = {f"missing:{urls[1]}": world.clock.now()}
        known = {urls[0]: world.clock.now(), **late}
        rest = await linked(http, one, urls, known, [], seconds=30)
        assert station.asked == ["0", "2", "3", "4", "1"]  # what did not come last time is asked for after all else
        assert rest.whole
        assert [document.link for document in rest.documents] == [urls[n] for n in (4, 3, 2, 1)]  # oldest first
