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
from bot.directory.versions import TOLD_APART, forget
from broadcasts.audience.select import Hearers, hearers
from tests.grounds import BOTH, Grounds
from tests.world import settle_county

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


async def test_who_hears_follows_every_address(deps: Deps) -> None:
    async with deps.begin() as session:
        before = await hearers(session)
        assert await hearers(session) is before
        li = await session.scalar(sa.select(col(Person.id)).where(col(Person.name) == "李秀英"))
        assert li is not None
        await session.execute(sa.update(Address).where(col(Address.person_id) == li).values(gone_at=deps.clock.now()))
        after = await hearers(session)
    assert "wecom_app" in _roads(before)[li]
    assert "wecom_app" not in _roads(after)[li]
    async with deps.read() as session:
        assert await hearers(session) is after


async def test_two_that_change_who_hears_at_once_wait_for_nobody_and_each_sees_its_own(deps: Deps) -> None:
    if deps.settings.is_sqlite:
        return  # one writer at a time
    async with deps.begin() as first, deps.begin() as second:
        for session, name in ((first, "李秀英"), (second, "王建国")):
            await session.execute(sa.update(Person).where(col(Person.name) == name).values(language="ko"))
        own = [{t.language for a in (await hearers(s)).alike.values() for t in a} for s in (first, second)]
        apart = await hearers(first), await hearers(second)
    assert own == [{"zh-CN", "ko"}, {"zh-CN", "ko"}]
    assert apart[0] is not apart[1]
    async with deps.read() as session:
        both = [t for a in (await hearers(session)).alike.values() for t in a if t.language == "ko"]
    assert len(both) == 2


async def test_changes_long_ago_are_forgotten_and_the_state_is_read_again(deps: Deps) -> None:
    if deps.settings.is_sqlite:
        return  # there a token is drawn, and nothing piles up
    async with deps.begin() as session:
        before = await hearers(session)
        drawn = sa.text(
            "INSERT INTO directory_change SELECT nextval('directory_change_id_seq') FROM generate_series(1, 1500)"
        )
        await session.execute(drawn)
        await forget(session)
        assert await session.scalar(sa.text("SELECT count(*) FROM directory_change")) == TOLD_APART
        assert (await hearers(session)).alike == before.alike


def _roads(known: Hearers) -> dict[int, dict[str, str]]:
    return {t.id: t.roads for alike in known.alike.values() for t in alike if t.kind == "person"}
