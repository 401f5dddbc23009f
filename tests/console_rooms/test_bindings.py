"""绑定: a town decides on what its page shows, and on nobody else's."""

from collections.abc import AsyncIterator

import pytest
from aiohttp.test_utils import TestServer
from sqlmodel import col, select

from bot.access.models import Role
from bot.directory.binding.bind import decide
from bot.directory.binding.models import Binding, BindingState
from bot.directory.models import Person
from bot.ids import uuid7
from tests.console.browser import add, browser, console
from tests.places import area
from tests.world import World


async def asked(world: World, key: str | None) -> Binding:
    """Somebody says to be this person, or nobody that the directory knows."""
    at = world.clock.now()
    async with world.deps.begin() as session:
        person = await session.scalar(select(Person.id).where(col(Person.key) == key)) if key else None
        one = Binding(
            uid=uuid7(at), channel="oa", address=f"o-{key}", person_id=person, state=BindingState.asked, asked_at=at
        )
        session.add(one)
    return one


async def now(world: World, one: Binding) -> BindingState:
    async with world.deps.read() as session:
        return (await session.get_one(Binding, one.id)).state


@pytest.fixture
async def server(world: World) -> AsyncIterator[TestServer]:
    await add(world.deps, "town", Role.officer, area=await area(world, "柳湾镇"))
    async with console(world.deps) as running:
        yield running


@pytest.mark.parametrize(("key", "status"), [("li", 200), ("chen", 404), (None, 404)])
async def test_a_town_decides_on_its_own(world: World, server: TestServer, key: str | None, status: int) -> None:
    one = await asked(world, key)
    async with browser(server) as town:
        await town.sign_in("town")
        await town.open("/console/bindings")
        await town.send(f"/console/bindings/{one.uid}", refuse="1", word="不认识")
        assert town.status == status
    assert await now(world, one) is (BindingState.refused if status == 200 else BindingState.asked)


async def test_of_two_who_decide_one_does(world: World) -> None:
    one, at = await asked(world, "li"), world.clock.now()
    async with world.deps.read() as session:
        seen = await session.get_one(Binding, one.id)
    async with world.deps.begin() as session:
        mine = await session.get_one(Binding, one.id)
        assert await decide(session, mine, None, by="user:a", at=at, word="不认识")
        assert (mine.state, mine.decided_by) == (BindingState.refused, "user:a")
    async with world.deps.begin() as session:
        assert not await decide(session, seen, None, by="user:b", at=at)
