"""Feeds are polled: new files are taken once, silence is an alarm, foreign links are not followed."""

import asyncio
import logging
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import select

from bot.config import Settings
from bot.demo.samples.read import identifier, sample
from bot.demo.station import Station, feed
from bot.deps import Deps
from bot.ids import uuid7
from broadcasts.alerts.models import Alert
from broadcasts.intake.looks import AT_ONCE
from broadcasts.intake.models import Feed
from broadcasts.intake.poll import poll_due
from broadcasts.release.models import Unread
from tests.world import World


async def add(world: World, url: str, silent_after_seconds: int = 3600) -> Feed:
    async with world.deps.begin() as session:
        feed = Feed(uid=uuid7(world.clock.now()), name="县气象台", url=url, silent_after_seconds=silent_after_seconds)
        session.add(feed)
    return feed


async def again(world: World, feed: Feed) -> Feed:
    async with world.deps.read() as session:
        return await session.get_one(Feed, feed.id)


async def poll(world: World) -> None:
    async with aiohttp.ClientSession() as http:
        await poll_due(world.deps, http, world.clock.now())
    await world.work()


async def alerts(world: World) -> list[Alert]:
    async with world.deps.read() as session:
        return list((await session.execute(select(Alert))).scalars())


def show(station: Station, world: World, colour: str = "Red") -> None:
    now, zone = world.clock.now(), world.deps.settings.zone
    station.files[identifier(now, zone)] = sample(
        "national.xml", now, zone, colour=colour, zh="红色", verb="发布", type="Alert", references="<references/>"
    )


async def test_a_new_file_is_taken_once_and_reaches_the_phones(world: World) -> None:
    async with feed() as station:
        await add(world, f"{station.base}/feed.atom")
        show(station, world)
        await poll(world)
        await world.forward(minutes=2)
        await poll(world)
    assert len(await world.phone("li")) == 1
    assert [a.status for a in await alerts(world)] == ["issued"]


async def silent_rings(world: World) -> list[str]:
    """What the officer was rung for because of a feed; the desk is rung for other things too."""
    return [text for text in await world.phone("liu") if text.startswith("请处理 预警来源没有声音了")]


async def test_a_feed_that_falls_silent_rings_and_is_no_all_clear(world: World) -> None:
    async with feed() as station:
        await add(world, f"{station.base}/feed.atom", silent_after_seconds=300)
        show(station, world)
        await poll(world)
        station.down = True
        for _ in range(6):
            await world.forward(minutes=1)
            await poll(world)
        assert len(await silent_rings(world)) >= 1
        assert [a.status for a in await alerts(world)] == ["issued"]
        station.down = False
        await world.forward(minutes=1)
        await poll(world)
        rung = len(await silent_rings(world))
        await world.forward(minutes=10)
        assert len(await silent_rings(world)) == rung


async def test_at_a_first_poll_what_is_over_is_stored_and_rings_nobody(world: World) -> None:
    async with feed() as station:
        await add(world, f"{station.base}/feed.atom")
        show(station, world)
        await world.forward(minutes=200)
        await poll(world)
    assert [(a.status, a.note) for a in await alerts(world)] == [("stored", "expired")]
    assert await world.phone("li") == []
    assert await world.phone("liu") == []


async def test_links_to_other_hosts_are_not_followed(world: World) -> None:
    async with feed() as station, feed() as other:
        show(other, world)
        station.files = dict(other.files)
        index = station.base
        station.base = other.base.replace("127.0.0.1", "localhost")  # the index now links to another host
        await add(world, f"{index}/feed.atom")
        await poll(world)
    assert await alerts(world) == []


async def test_a_folder_of_the_national_platforms_files(world: World, tmp_path: Path) -> None:
    folder = tmp_path / "feeds" / "incoming"
    folder.mkdir(parents=True)
    now, zone = world.clock.now(), world.deps.settings.zone
    raw = sample(
        "national.xml", now, zone, colour="Red", zh="红色", verb="发布", type="Alert", references="<references/>"
    )
    (folder / "one.xml").write_bytes(raw)
    (folder / "broken.xml").write_bytes(raw[:900])
    await add(world, f"file:{folder}")
    await poll(world)
    await world.forward(minutes=2)
    await poll(world)
    assert len(await alerts(world)) == 1
    assert len(await world.phone("li")) == 1
    assert "请处理 收到的内容读不懂，可能是预警" in [t.splitlines()[0] for t in await world.phone("liu")]


async def stumble(_: aiohttp.ClientSession, __: Any, asked: aiohttp.TraceRequestStartParams) -> None:
    """Our own code breaks at some addresses."""
    if asked.url.path == "/broken":
        raise KeyError("nobody thought of this")


async def test_a_feed_at_which_our_own_code_breaks_stops_no_other(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    async with feed() as station:
        broken = await add(world, f"{station.base}/broken")
        await add(world, f"{station.base}/feed.atom")
        show(station, world)
        trace = aiohttp.TraceConfig()
        trace.on_request_start.append(stumble)
        with caplog.at_level(logging.ERROR):
            async with aiohttp.ClientSession(trace_configs=[trace]) as http:
                await poll_due(world.deps, http, world.clock.now())
    await world.work()
    assert len(await world.phone("li")) == 1
    assert [record.exc_info is not None for record in caplog.records] == [True]
    kept = await again(world, broken)
    assert (kept.failures, kept.polled_at) == (1, world.clock.now())
    assert "KeyError" in kept.error


async def test_feeds_are_looked_at_together_and_not_too_many(world: World) -> None:
    """Nobody is answered until as many have asked as may at once, and time was for more."""
    asked, most, full = 0, 0, asyncio.Event()

    async def slow(_: web.Request) -> web.Response:
        nonlocal asked, most
        asked += 1
        most = max(most, asked)
        if asked == AT_ONCE:
            for _again in range(200):
                async with world.deps.read() as session:
                    await session.get(Feed, 0)
            full.set()
        await full.wait()
        asked -= 1
        return web.Response(text="<feed xmlns='http://www.w3.org/2005/Atom'/>", content_type="application/atom+xml")

    app = web.Application()
    app.router.add_get("/{n}", slow)
    async with TestServer(app) as server:
        feeds = [await add(world, str(server.make_url(f"/{n}"))) for n in range(AT_ONCE + 3)]
        async with asyncio.timeout(30):
            await poll(world)
    assert most == AT_ONCE
    assert [(await again(world, one)).error for one in feeds] == [""] * len(feeds)


@dataclass
class Stumbling:
    """The ground, on which taking a document breaks once."""

    deps: Deps
    broken: bool = False

    @property
    def settings(self) -> Settings:
        if not self.broken:
            self.broken = True
            raise KeyError("nobody thought of this")
        return self.deps.settings

    def begin(self) -> AbstractAsyncContextManager[AsyncSession]:
        return self.deps.begin()

    def read(self) -> AbstractAsyncContextManager[AsyncSession]:
        return self.deps.read()


async def test_a_document_at_which_our_own_code_breaks_is_kept_and_rings(world: World) -> None:
    async with feed() as station:
        station.files["one"] = b"{}"
        one = await add(world, f"{station.base}/cap/one.xml")
        async with aiohttp.ClientSession() as http:
            await poll_due(Stumbling(world.deps), http, world.clock.now())
    await world.work()
    kept = await again(world, one)
    assert "KeyError" in kept.error
    assert kept.heard_at == world.clock.now()
    assert (await world.phone("liu"))[0].startswith("请处理 收到的内容读不懂")
    async with world.deps.read() as session:
        (unread,) = (await session.execute(select(Unread))).scalars()
    assert unread.raw == b"{}"
    assert "KeyError" in unread.errors[0]["message"]


@pytest.mark.parametrize("way", ["elsewhere", "feeds/../elsewhere", "feeds/link", "feedsbeside"])
async def test_a_folder_beyond_those_of_the_settings_is_not_read(world: World, tmp_path: Path, way: str) -> None:
    for name in ("feeds", "elsewhere", "feedsbeside"):
        (tmp_path / name).mkdir()
    (tmp_path / "feeds" / "link").symlink_to(tmp_path / "elsewhere")
    (tmp_path / way / "one.xml").write_text("<alert>")
    one = await add(world, f"file:{tmp_path / way}")
    await poll(world)
    assert "FEED_FOLDERS" in (await again(world, one)).error
    assert not [text for text in await world.phone("liu") if "读不懂" in text]


async def test_a_file_that_leads_out_of_the_folder_is_left_and_said(world: World, tmp_path: Path) -> None:
    (tmp_path / "feeds").mkdir()
    (tmp_path / "secret.json").write_text("{")
    (tmp_path / "feeds" / "way-out.json").symlink_to(tmp_path / "secret.json")
    one = await add(world, f"file:{tmp_path}/feeds")
    await poll(world)
    assert "way-out.json" in (await again(world, one)).error
    assert await world.phone("liu") == []
