"""What of the directory is kept in memory is the present state, whoever changed it and by which process."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlmodel import col

from bot.clock import SystemClock
from bot.deps import Deps, open_deps
from bot.directory.models import Address, Area, AreaTag, Person
from bot.directory.tree import Tree, tree
from broadcasts.audience.select import hearers
from tests.grounds import BOTH, Grounds
from tests.world import World, settle_county

LIU = "柳湾村"


@pytest.fixture(params=BOTH)
async def deps(request: pytest.FixtureRequest, tmp_path: Path, grounds: Grounds) -> AsyncIterator[Deps]:
    async with open_deps(grounds.settings(request.param, tmp_path), SystemClock()) as made:
        await settle_county(made)
        yield made


async def seen(deps: Deps) -> Tree:
    async with deps.read() as session:
        return await tree(session)


async def test_the_tree_is_read_once_until_an_area_changes(deps: Deps) -> None:
    first = await seen(deps)
    assert await seen(deps) is first
    async with deps.begin() as session:
        assert await tree(session) is first
        await session.execute(sa.update(Area).where(col(Area.name) == LIU).values(duty_phone="110"))
    second = await seen(deps)
    assert second is not first
    assert [node.duty_phone for node in second.nodes.values() if node.name == LIU] == ["110"]


async def test_another_process_changes_it(deps: Deps) -> None:
    first = await seen(deps)
    async with open_deps(deps.settings, SystemClock()) as other, other.begin() as session:
        place = await session.scalar(sa.select(col(Area.id)).where(col(Area.name) == LIU))
        assert place is not None
        session.add(AreaTag(area_id=place, tag="新的风险点"))
    assert "新的风险点" not in first.tags(place)
    assert "新的风险点" in (await seen(deps)).tags(place)


async def test_what_is_taken_back_was_never_kept(deps: Deps) -> None:
    first = await seen(deps)
    with pytest.raises(ZeroDivisionError):
        await _broken(deps)
    assert await seen(deps) is first


async def _broken(deps: Deps) -> None:
    async with deps.begin() as session:
        await session.execute(sa.update(Area).values(name="改了"))
        inside = await tree(session)
        assert {node.name for node in inside.nodes.values()} == {"改了"}
        raise ZeroDivisionError


async def test_who_hears_follows_every_address(world: World) -> None:
    async with world.deps.begin() as session:
        before = await hearers(session)
        assert await hearers(session) is before
        li = await session.scalar(sa.select(col(Person.id)).where(col(Person.name) == "李秀英"))
        await session.execute(sa.update(Address).where(col(Address.person_id) == li).values(gone_at=world.clock.now()))
        after = await hearers(session)
    roads = {target.id: target.roads for target, _ in after.every if target.kind == "person"}
    assert any(target.id == li and "wecom_app" in target.roads for target, _ in before.every if target.kind == "person")
    assert li is not None
    assert "wecom_app" not in roads[li]
