"""The live wire says only what a page shows: signs of life of workers and tickers are none of it."""

import asyncio

from bot.leases.models import Lease
from tests.console.browser import Browser
from tests.world import World


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
        assert await response.content.readline() == b": here\n"
        assert await response.content.readline() == b"\n"
        await world.issue()
        first = asyncio.create_task(response.content.readline())
        assert await heard(world, first)
        assert await response.content.readline() == b"\n"
        second = asyncio.create_task(response.content.readline())
        for renewal in range(5):
            async with world.deps.begin() as session:
                await session.merge(Lease(slot="worker-9", owner="worker-9", epoch=1, renewal=renewal))
            assert not await heard(world, second)
        await world.issue(identifier="52992641600000_20260712024100")
        assert await heard(world, second)
