from collections.abc import AsyncIterator

import pytest
from aiohttp.test_utils import TestServer

from bot.access.models import Role
from tests.console.browser import Browser, add, browser, console
from tests.world import World


@pytest.fixture
async def server(world: World) -> AsyncIterator[TestServer]:
    """The console over the small county, with one user of each kind."""
    await add(world.deps, "officer", Role.officer)
    await add(world.deps, "second", Role.officer)
    await add(world.deps, "viewer", Role.viewer)
    async with console(world.deps) as running:
        yield running


@pytest.fixture
async def officer(server: TestServer) -> AsyncIterator[Browser]:
    async with browser(server) as made:
        await made.sign_in("officer")
        yield made


@pytest.fixture
async def viewer(server: TestServer) -> AsyncIterator[Browser]:
    async with browser(server) as made:
        await made.sign_in("viewer")
        yield made
