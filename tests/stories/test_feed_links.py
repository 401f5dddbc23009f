"""An index is no warning yet: what it links to and does not come is said, asked for again, and rings."""

from datetime import timedelta

import pytest
from sqlmodel import col, select

from bot.demo.samples.read import identifier
from bot.demo.station import Station, feed
from broadcasts.intake.models import Feed
from broadcasts.release.models import Hold, Unread
from tests.stories.test_feeds import add, again, alerts, poll, show
from tests.world import World

RING = "请处理 收到的内容读不懂"


async def looks(world: World, times: int) -> None:
    for _ in range(times):
        await poll(world)
        await world.forward(minutes=1)


async def rings(world: World) -> list[str]:
    return [text for text in await world.phone("liu") if text.startswith(RING)]


def gone(station: Station) -> None:
    """The index names its files still, and they are not there."""
    station.files = dict.fromkeys(station.files, b"")


async def test_a_file_that_never_comes_is_said_and_rings_once(world: World) -> None:
    async with feed() as station:
        show(station, world)
        gone(station)
        one = await add(world, f"{station.base}/feed.atom")
        await poll(world)
        said = await again(world, one)
        assert (said.failures, "HTTP 404" in said.error) == (1, True)
        await looks(world, 2)
        assert await rings(world) == []
        await looks(world, 2)
    async with world.deps.read() as session:
        (unread,) = (await session.execute(select(Unread))).scalars()
    assert unread.raw.decode().startswith(f"{station.base}/cap/")
    assert "一直取不到" in unread.errors[0]["message"]
    assert (await again(world, one)).failures == 4
    assert await rings(world)


async def test_a_host_that_is_not_listed_is_said_and_rings(world: World) -> None:
    async with feed() as station, feed() as other:
        show(other, world)
        station.files = dict(other.files)
        index, station.base = station.base, other.base.replace("127.0.0.1", "localhost")
        one = await add(world, f"{index}/feed.atom")
        await looks(world, 4)
    assert "不在允许的网站里" in (await again(world, one)).error
    assert await alerts(world) == []
    assert await rings(world)


async def test_a_file_that_comes_after_all_is_taken_and_the_feed_is_well(world: World) -> None:
    async with feed() as station:
        show(station, world)
        whole = dict(station.files)
        gone(station)
        one = await add(world, f"{station.base}/feed.atom")
        await looks(world, 2)
        station.files = whole
        await looks(world, 1)
    assert [alert.status for alert in await alerts(world)] == ["issued"]
    said = await again(world, one)
    assert (said.error, said.failures) == ("", 0)
    assert await rings(world) == []


async def decided(world: World) -> list[str]:
    async with world.deps.read() as session:
        return list((await session.execute(select(Hold.decision).order_by(col(Hold.id)))).scalars())


async def test_a_file_that_comes_after_it_has_rung_rings_no_more(world: World) -> None:
    async with feed() as station:
        show(station, world)
        whole = dict(station.files)
        gone(station)
        await add(world, f"{station.base}/feed.atom")
        await looks(world, 4)
        station.files = whole
        await poll(world)
    assert [alert.status for alert in await alerts(world)] == ["issued"]
    assert await decided(world) == ["came"]
    rung = len(await rings(world))
    await world.forward(minutes=7)
    assert len(await rings(world)) == rung > 0


async def test_it_rings_until_the_last_of_those_that_share_a_ring_has_come(world: World) -> None:
    async with feed() as station:
        show(station, world)
        whole = dict(station.files)
        station.files["later"] = next(iter(whole.values()))
        both = dict(station.files)
        gone(station)
        await add(world, f"{station.base}/feed.atom")
        await looks(world, 4)
        station.files = {**whole, "later": b""}
        await looks(world, 1)
        assert await decided(world) == [""]
        station.files = both
        await looks(world, 1)
    assert await decided(world) == ["came"]


async def test_what_nobody_could_read_rings_on_when_the_file_beside_it_has_come(world: World) -> None:
    async with feed() as station:
        show(station, world)
        whole = dict(station.files)
        gone(station)
        await add(world, f"{station.base}/feed.atom")
        await looks(world, 3)
        station.files["strange"] = b"<strange/>"
        await looks(world, 1)
        station.files |= whole
        await looks(world, 1)
    assert [alert.status for alert in await alerts(world)] == ["issued"]
    assert await decided(world) == [""]


async def test_five_files_that_do_not_come_hold_up_none_behind_them(world: World) -> None:
    async with feed() as station:
        show(station, world)
        station.files |= {f"lost{number}": b"" for number in range(5)}  # newer than what is there
        await add(world, f"{station.base}/feed.atom")
        await poll(world)
    assert [alert.status for alert in await alerts(world)] == ["issued"]


@pytest.mark.parametrize("ahead", [timedelta(hours=8)])
async def test_a_feed_is_looked_at_again_when_the_clock_was_set_back(world: World, ahead: timedelta) -> None:
    async with feed() as station:
        one = await add(world, f"{station.base}/feed.atom", silent_after_seconds=300)
        async with world.deps.begin() as session:
            kept = await session.get_one(Feed, one.id)
            kept.polled_at = kept.heard_at = world.clock.now() + ahead
        show(station, world)
        await poll(world)
        assert [alert.identifier for alert in await alerts(world)] == [
            identifier(world.clock.now(), world.deps.settings.zone)
        ]
