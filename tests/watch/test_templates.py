"""A template that the account refuses while we send is named with its mend, and is well again once it was looked at."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.commands.watched import WATCHED
from broadcasts.dispatch.states import Road
from broadcasts.subscriptions.follow import follow
from broadcasts.watch.run import look_at
from tests.watch.looking import findings, kinds, look, said, tell
from tests.watch.test_platforms import ACCOUNT
from tests.world import World, small_world


@pytest.fixture
async def county(tmp_path: Path) -> AsyncIterator[World]:
    """One follower; the account has withdrawn the template since its list was last asked for."""
    async with small_world(tmp_path, more=ACCOUNT) as world:
        async with world.deps.begin() as session:
            await follow(session, Road.live, "zhang", world.clock.now())
        await look(world, "template")
        await world.fault(endpoint="template", kind="errcode", code=40037)
        await world.issue()
        yield world


async def test_it_is_named_once_and_well_again_when_the_list_was_looked_at(county: World) -> None:
    await look(county, "templates")
    assert await kinds(county) == ["template_refused"]
    assert "模板已失效，公众号不收（40037），1 份在等" in await said(county)
    assert "SIGNALTREE_OA_TEMPLATE_ID" in await said(county)
    await look(county, "roads")
    assert [finding.elsewhere for finding in await findings(county)] == [False, True]  # one thing rings once
    assert "模板已失效" in (await county.phone("liu"))[-1]
    county.clock.turn(5)
    for one in [one for one in WATCHED if one.name in {"template", "templates"}]:  # as 现在检查 does
        await look_at(county.deps, [one], county.clock.now())
    await tell(county)
    assert "template_refused" not in await kinds(county)


async def test_a_list_that_still_shows_it_does_not_outvote_a_later_refusal(county: World) -> None:
    county.clock.turn(5)
    await look(county, "template")
    await county.fault(endpoint="template", kind="errcode", code=40037)
    await county.forward(minutes=2)
    await look(county, "templates")
    assert "template_refused" in await kinds(county)


async def test_what_was_taken_since_is_well(county: World) -> None:
    async with county.http.delete(f"{county.base}/_sim/faults") as answer:
        assert answer.status < 300
    await county.forward(minutes=1)
    await look(county, "templates")
    assert await kinds(county) == []
