"""The first look at a feed: whatever is over by then is stored, and nobody is woken for it."""

from datetime import timedelta

from bot.demo.samples.read import identifier, sample
from bot.demo.station import Station, feed
from tests.stories.test_feeds import add, alerts, poll
from tests.world import World

COLOURS = {"Red": "红色", "Orange": "橙色", "Yellow": "黄色"}
NEVER = "<expires/>"


def show(station: Station, world: World, ago: int, colour: str = "Red", of: str = "", kind: str = "Update") -> str:
    """Put a message of `ago` minutes on the feed, about the message `of` or about nothing else. Its name."""
    at, zone = world.clock.now() - timedelta(minutes=ago), world.deps.settings.zone
    facts = {"colour": colour, "zh": COLOURS[colour], "verb": "解除" if kind == "Cancel" else "发布"}
    refers = f"<references>{of}</references>" if of else "<references/>"
    raw = sample("national.xml", at, zone, type=kind if of else "Alert", references=refers, **facts)
    station.files[identifier(at, zone)] = raw
    return identifier(at, zone)


async def test_what_was_cancelled_before_the_first_look_rings_nobody(world: World) -> None:
    async with feed() as station:
        first = show(station, world, ago=60)
        show(station, world, ago=40, colour="Orange", of=first)
        show(station, world, ago=20, colour="Orange", of=first, kind="Cancel")
        await add(world, f"{station.base}/feed.atom")
        await poll(world)
    assert [(a.status, a.note) for a in await alerts(world)] == [("stored", "over")] * 3
    assert await world.phone("li") == await world.phone("liu") == []


async def test_of_a_thread_that_goes_on_the_last_word_alone_goes_out_and_its_end_is_known(world: World) -> None:
    async with feed() as station:
        first = show(station, world, ago=60)
        show(station, world, ago=20, colour="Orange", of=first)
        await add(world, f"{station.base}/feed.atom")
        await poll(world)
        assert [a.status for a in await alerts(world)] == ["stored", "issued"]
        (told,) = await world.phone("li")
        assert told.startswith("橙色")
        await world.forward(minutes=10)
        show(station, world, ago=0, colour="Orange", of=first, kind="Cancel")  # names the first alone
        await poll(world)
    assert [a.status for a in await alerts(world)] == ["stored", "ended", "issued"]
    assert (await world.phone("li"))[-1].startswith("解除 橙色")


async def test_a_day_without_an_end_is_over(world: World) -> None:
    async with feed() as station:
        name = show(station, world, ago=25 * 60)
        text = station.files[name].decode()
        ends = text[text.index("<expires>") : text.index("</expires>") + len("</expires>")]
        station.files[name] = text.replace(ends, NEVER).encode()
        await add(world, f"{station.base}/feed.atom")
        await poll(world)
    assert [(a.status, a.note) for a in await alerts(world)] == [("stored", "over")]
    assert await world.phone("liu") == []
