"""The live wire says what a page shows, and that somebody watches: workers' signs of life are none of it."""

import asyncio

from aiohttp import ClientResponse

from bot.leases.models import Lease
from tests.console.browser import Browser
from tests.world import World

ALIVE = b"event: alive\ndata: alive\n\n"
CHANGED = b"data: changed\n\n"


async def word(response: ClientResponse) -> bytes:
    """The next event, whole."""
    return await response.content.readuntil(b"\n\n")


async def change(response: ClientResponse) -> bytes:
    """The next event that is no sign of life."""
    while (said := await word(response)) == ALIVE:
        pass
    return said


async def heard(world: World, line: asyncio.Task[bytes]) -> bool:
    """Whether a word comes while the clock is turned and the watcher has every chance to look."""
    for _ in range(40):
        world.clock.turn(0.3)
        async with world.deps.read() as session:
            await session.get(Lease, "nobody")
        if line.done():
            return True
    return False


async def test_a_renewed_lease_changes_no_page(world: World, officer: Browser) -> None:
    async with officer.client.get("/console/live") as response:
        assert await word(response) == b": here\n\n"
        await world.issue()
        first = asyncio.create_task(change(response))
        assert await heard(world, first)
        second = asyncio.create_task(change(response))
        for renewal in range(5):
            async with world.deps.begin() as session:
                await session.merge(Lease(slot="worker-9", owner="worker-9", epoch=1, renewal=renewal))
            assert not await heard(world, second)
        await world.issue(identifier="52992641600000_20260712024100")
        assert await heard(world, second)
        assert second.result() == CHANGED


async def test_on_a_calm_night_the_wire_says_that_it_watches(world: World, officer: Browser) -> None:
    said = []
    async with officer.client.get("/console/live") as response:
        assert await word(response) == b": here\n\n"
        for _ in range(3):
            line = asyncio.create_task(word(response))
            assert await heard(world, line)
            said.append(line.result())
    assert said == [CHANGED, ALIVE, ALIVE]  # the first look is new to everybody
