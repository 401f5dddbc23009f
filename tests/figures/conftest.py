from collections.abc import AsyncIterator

import pytest
import sqlalchemy as sa
from aiohttp.test_utils import TestServer
from sqlmodel import col

from bot.access.models import Role
from bot.app import create_app
from bot.directory.models import Area
from tests.console.browser import Browser, add, browser
from tests.world import PLACES, World


@pytest.fixture
async def server(world: World) -> AsyncIterator[TestServer]:
    """The whole web application over the small county, with one user of each kind."""
    async with world.deps.read() as session:
        town = await session.scalar(sa.select(col(Area.id)).where(col(Area.code) == PLACES["石门乡"][0]))
    await add(world.deps, "officer", Role.officer)
    await add(world.deps, "leader", Role.leader)
    await add(world.deps, "viewer", Role.viewer)
    await add(world.deps, "town", Role.officer, area=town)
    async with TestServer(create_app(world.deps)) as running:
        assert isinstance(running, TestServer)
        yield running


@pytest.fixture
async def officer(server: TestServer) -> AsyncIterator[Browser]:
    async with browser(server) as made:
        await made.sign_in("officer")
        yield made


@pytest.fixture
async def leader(server: TestServer) -> AsyncIterator[Browser]:
    async with browser(server) as made:
        await made.sign_in("leader")
        yield made


@pytest.fixture
async def town(server: TestServer) -> AsyncIterator[Browser]:
    """An officer of 石门乡."""
    async with browser(server) as made:
        await made.sign_in("town")
        yield made


@pytest.fixture
async def viewer(server: TestServer) -> AsyncIterator[Browser]:
    async with browser(server) as made:
        await made.sign_in("viewer")
        yield made
