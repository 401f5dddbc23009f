"""What nobody confirms for a customers' group is forwarded by hand, after a day or the county's own time."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from sqlmodel import col, select

from bot.directory.models import Robot
from broadcasts.dispatch.differences import differences
from broadcasts.dispatch.failover import unconfirmed
from broadcasts.dispatch.failover.models import FailoverRule
from broadcasts.dispatch.models import Broadcast, Delivery
from broadcasts.dispatch.states import State
from broadcasts.hazards.grades import Grade
from tests.servers import Postgres
from tests.stories import test_customer_groups as customers
from tests.world import World

HOUR = 3600
ASKED = ("customer_group", "sent", "unconfirmed")


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
async def world(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[World]:
    """The villages' groups have no robots: a customers' group is all there is, and people."""
    server: Postgres | None = request.getfixturevalue("postgres_server") if request.param == "postgres" else None
    async with customers.opened(tmp_path, server.fresh() if server else "") as made:
        await customers.settled(made)
        async with made.deps.begin() as session:
            await session.execute(sa.delete(Robot))
        yield made


async def warned(world: World, grade: Grade = Grade.yellow, **more: Any) -> None:
    await world.issue(grade=grade, places=("柳湾村",), **{"hours": None, **more})
    await customers.look(world)


async def later(world: World, seconds: float) -> int:
    world.clock.turn(seconds)
    done = await unconfirmed.sweep_due(world.deps, world.clock.now())
    await world.work()
    return done


async def group(world: World) -> list[tuple[str, str, str]]:
    """(channel, state, why another road was looked for) of the copies for 柳湾村's customers' group."""
    async with world.deps.read() as session:
        wanted = select(Delivery).where(col(Delivery.target_kind) == "group").order_by(col(Delivery.id))
        rows = [one for one in (await session.execute(wanted)).scalars() if one.channel in {"customer_group", "relay"}]
        ours = {one.target_id for one in rows if one.channel == "customer_group"}
        return [(one.channel, one.state or "sent", one.reason) for one in rows if one.target_id in ours]


async def rule(world: World, **facts: Any) -> None:
    async with world.deps.begin() as session:
        session.add(FailoverRule(about="confirm", basis="县防指〔2026〕3号", **facts))


async def test_after_a_day_somebody_forwards_it_and_the_plan_says_why(world: World) -> None:
    await warned(world)
    assert await later(world, 23 * HOUR) == 0
    assert await later(world, 2 * HOUR) == 1
    assert await group(world) == [ASKED, ("relay", "queued", "")]
    assert any("转发" in text for text in await world.phone("li"))
    async with world.deps.read() as session:
        sent = (await session.execute(select(Broadcast).where(col(Broadcast.subject) == ""))).scalar_one()
        (told,) = [one for one in await differences(session, sent) if one.kind == "other_road"]
    assert (told.channel, told.to, told.reason, told.copies) == ("customer_group", "relay", "unconfirmed", 1)
    assert await later(world, HOUR) == 0  # once


async def test_the_countys_row_says_how_long(world: World) -> None:
    await rule(world, grade="yellow", after_seconds=HOUR)
    await warned(world)
    assert await later(world, HOUR - 30) == 0
    assert await later(world, 60) == 1


async def test_what_was_confirmed_or_is_over_is_left_alone(world: World) -> None:
    await rule(world, after_seconds=HOUR)
    await warned(world)
    assert await customers.tap(world, "li") == 200
    await customers.look(world)
    assert await later(world, 2 * HOUR) == 0
    assert [row[1] for row in await group(world)] == [State.delivered]
    await warned(world, hours=1, event="大风", code="11B06", identifier="52992641600000_9")
    assert await later(world, 2 * HOUR) == 0


async def test_what_the_member_took_off_the_platform_falls_to_the_next_road(world: World) -> None:
    await warned(world)
    async with world.deps.begin() as session:
        await session.execute(
            sa.update(Delivery)
            .where(col(Delivery.channel) == "customer_group")
            .values(state=State.failed, reason="cancelled")
        )
    assert await later(world, 60) == 1
    assert await group(world) == [("customer_group", "failed", "cancelled"), ("relay", "queued", "")]


async def test_the_day_is_a_row_that_the_county_may_end(world: World) -> None:
    async with world.deps.begin() as session:
        ended = (world.clock.now() - timedelta(days=9)).date()
        await session.execute(
            sa.update(FailoverRule).where(col(FailoverRule.about) == "confirm").values(valid_to=ended)
        )
    await warned(world)
    assert await later(world, 40 * HOUR) == 0


async def test_red_falls_to_the_next_road_by_a_row_that_names_it(world: World) -> None:
    await rule(world, grade="red", after_seconds=HOUR)
    await warned(world, Grade.red)
    assert await later(world, HOUR + 60) == 1


async def test_red_has_another_road_beside_it(world: World) -> None:
    await rule(world, after_seconds=HOUR)  # of any colour, but not of red
    await warned(world, Grade.red)
    assert [row[0] for row in await group(world)] == ["customer_group", "relay"]
    assert await later(world, 25 * HOUR) == 0
