"""WeCom's emergency call: it wakes, it costs money, and it closes nothing."""

from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from sqlmodel import col

from broadcasts.answers.counted import silent
from broadcasts.answers.models import Answer
from broadcasts.dispatch.models import Batch, Broadcast
from broadcasts.dispatch.states import State
from broadcasts.hazards.grades import Grade
from broadcasts.ladder.models import CallState, LadderRule, RungCall, Whom
from broadcasts.ladder.voices.poll import poll_due
from tests.world import World, small_world


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    async with small_world(tmp_path, more={"pstncc": "true"}) as made:
        await rung(made, 4, 60)
        yield made


async def rung(world: World, number: int, seconds: int, channel: str = "pstncc", grade: str = "red") -> None:
    async with world.deps.begin() as session:
        session.add(
            LadderRule(
                grade=grade, number=number, after_seconds=seconds, whom=Whom.silent, channel=channel, basis="县里定的"
            )
        )


async def calls(world: World, userid: str = "li") -> list[dict[str, Any]]:
    async with world.http.get(f"{world.base}/_sim/calls", params={"phone": userid}) as answer:
        return list((await answer.json())["items"])


async def does(world: World, act: str, userid: str = "li", **given: Any) -> None:
    ring = (await calls(world, userid))[-1]
    async with world.http.post(f"{world.base}/_sim/calls/{ring['id']}/{act}", json=given) as answer:
        assert answer.status == 200


async def asked(world: World) -> dict[str, RungCall]:
    """After the platform was asked: by the member's name."""
    await poll_due(world.deps, world.clock.now())
    async with world.deps.read() as session:
        rows = (await session.execute(sa.select(RungCall).order_by(col(RungCall.id)))).scalars().all()
        people = {one.person_id: one.name for one in await silent(session, await newest(world))}
    return {people.get(row.person_id, "?"): row for row in rows}


async def batches(world: World) -> Sequence[Batch]:
    async with world.deps.read() as session:
        return (await session.execute(sa.select(Batch).where(col(Batch.channel) == "pstncc"))).scalars().all()


async def newest(world: World) -> str:
    async with world.deps.read() as session:
        wanted = sa.select(col(Broadcast.id)).where(col(Broadcast.subject) == "")
        return str(await session.scalar(wanted.order_by(col(Broadcast.id).desc()).limit(1)))


async def test_it_wakes_and_is_no_answer(world: World) -> None:
    await world.issue()
    await world.forward(seconds=60)
    assert len(await calls(world)) == 1
    assert await asked(world) == {}  # it may ring still
    await does(world, "answered", heard=12)
    row = (await asked(world))["李秀英"]
    assert (row.state, row.heard, row.key) == (CallState.connected, 12, "")
    async with world.deps.read() as session:
        assert (await session.execute(sa.select(Answer))).first() is None
        mine = next(one for one in await silent(session, await newest(world)) if one.name == "李秀英")
        batch = (await session.execute(sa.select(Batch).where(col(Batch.message_id) == row.call_id))).scalar_one()
    assert mine.outcome == "电话接通 12 秒，只是叫醒，不算应答"
    assert batch.state is State.delivered


async def test_nobody_takes_it(world: World) -> None:
    await world.issue()
    await world.forward(seconds=60)
    await does(world, "not_answered")
    assert (await asked(world))["李秀英"].state is CallState.missed
    assert "王建国" not in await asked(world)  # rings still
    await world.forward(minutes=3)
    assert (await asked(world))["王建国"].state is CallState.missed  # after three minutes it is over


async def test_three_calls_in_eight_minutes_and_no_fourth(world: World) -> None:
    for number, seconds in ((5, 160), (6, 260), (7, 360)):
        await rung(world, number, seconds)
    await world.issue()
    await world.forward(minutes=7)
    assert len(await calls(world)) == 3
    assert (await world.counts())["limits"].get("pstncc", 0) == 0  # kept by us, not by the platform
    await world.forward(minutes=3)
    assert len(await calls(world)) == 4


async def test_the_platforms_own_limit_is_told_as_it_is(world: World) -> None:
    await world.issue()
    await world.forward(seconds=60)
    ring = (await calls(world))[-1]
    async with world.http.post(f"{world.base}/_sim/calls/{ring['id']}/failed", json={"reason": 13}) as answer:
        assert answer.status == 200
    row = (await asked(world))["李秀英"]
    assert (row.state, row.reason) == (CallState.failed, "call_limit")


async def test_a_platform_that_does_not_answer_is_asked_again(world: World) -> None:
    await world.issue()
    await world.forward(seconds=60)
    await does(world, "answered", heard=3)
    await world.fault(endpoint="pstncc_states", kind="errcode", code=-1)
    assert await asked(world) == {}
    async with world.http.delete(f"{world.base}/_sim/faults"):
        pass
    assert (await asked(world))["李秀英"].state is CallState.connected


async def test_an_application_that_may_not_call_is_a_road_that_is_down(world: World) -> None:
    async with world.http.post(f"{world.base}/_sim/standing", json={"wecom": {"unauthorised": ["pstncc"]}}) as answer:
        assert answer.status == 200
    await world.issue()
    await world.forward(seconds=60)
    assert {row.reason for row in await batches(world)} == {"no_right"}
    await world.forward(minutes=11)
    async with world.http.post(f"{world.base}/_sim/standing", json={"wecom": {}}) as answer:
        assert answer.status == 200
    await world.forward(minutes=2)
    assert await calls(world) == []  # too late to wake anybody


async def test_without_the_setting_the_step_goes_by_message_where_nothing_else_does(tmp_path: Path) -> None:
    async with small_world(tmp_path) as world:
        await rung(world, 4, 60)  # beside the default ladder's own messages it is left out
        await world.issue()
        await world.forward(seconds=90)
        assert await calls(world) == []
        assert len(await world.phone("li")) == 1
        async with world.deps.begin() as session:
            await session.execute(sa.delete(LadderRule))
        await rung(world, 4, 60, grade="orange")
        await world.issue("大风", "11B06", Grade.orange)
        await world.forward(seconds=90)
        assert sum(text.startswith("橙色大风") for text in await world.phone("li")) == 2
