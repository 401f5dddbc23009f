"""Feeds are polled: new files are taken once, silence is an alarm, foreign links are not followed."""

from pathlib import Path

import aiohttp
from sqlmodel import select

from bot.demo.samples.read import identifier, sample
from bot.demo.station import Station, feed
from bot.ids import uuid7
from broadcasts.alerts.models import Alert
from broadcasts.intake.models import Feed
from broadcasts.intake.poll import poll_due
from tests.world import World


async def add(world: World, url: str, silent_after_seconds: int = 3600) -> None:
    async with world.deps.begin() as session:
        session.add(
            Feed(uid=uuid7(world.clock.now()), name="县气象台", url=url, silent_after_seconds=silent_after_seconds)
        )


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


async def test_a_feed_that_falls_silent_rings_and_is_no_all_clear(world: World) -> None:
    async with feed() as station:
        await add(world, f"{station.base}/feed.atom", silent_after_seconds=300)
        show(station, world)
        await poll(world)
        station.down = True
        for _ in range(6):
            await world.forward(minutes=1)
            await poll(world)
        assert (await world.phone("liu"))[-1].startswith("请处理 预警来源没有声音了")
        assert [a.status for a in await alerts(world)] == ["issued"]
        station.down = False
        await world.forward(minutes=1)
        await poll(world)
        rung = len(await world.phone("liu"))
        await world.forward(minutes=10)
        assert len(await world.phone("liu")) == rung


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
    folder = tmp_path / "incoming"
    folder.mkdir()
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
