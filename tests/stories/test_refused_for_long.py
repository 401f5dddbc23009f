"""A platform that is up, and says no for long: busy, or too much. The copy waits no longer for it than a rule says."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.channels.signing import gateway_key
from bot.simulator.config import SimulatorConfig
from bot.vault import Vault
from broadcasts.hazards.grades import Grade
from tests.stories.test_next_road import NUMBERS, first, look, of, texts
from tests.stories.test_roads_down import mend
from tests.stories.test_voice import telephones
from tests.world import World, small_world

BUSY, LIMIT, CROWDED = -1, 45009, 45033


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
async def world(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[World]:
    """The county has a gateway for text messages, and everybody a telephone."""
    database = request.getfixturevalue("postgres_server").fresh() if request.param == "postgres" else ""
    config = SimulatorConfig(sms_key=gateway_key(Vault("a key for tests only"), "live"))
    async with small_world(tmp_path, database, config=config, more={"sms_webhook": "{base}/sms/messages"}) as made:
        await telephones(made, **NUMBERS)
        yield made


async def passes(world: World, seconds: int) -> None:
    """So that every try is made when it is due."""
    passed = 0
    while passed < seconds:
        step = min(seconds - passed, 1 + passed // 3)
        await world.forward(seconds=step)
        passed += step


@pytest.mark.parametrize("code", [BUSY, LIMIT, CROWDED])
@pytest.mark.parametrize(("grade", "seconds"), [(Grade.red, 10), (Grade.orange, 60), (Grade.yellow, 600)])
async def test_the_next_road_is_taken_after_so_long_as_the_rule_says(
    world: World, code: int, grade: Grade, seconds: int
) -> None:
    await world.fault(endpoint="app", kind="errcode", code=code)
    got = await world.issue(grade=grade)
    if grade is not Grade.red:  # who is told to come again in a minute looks elsewhere at once
        await passes(world, seconds // 2 - 5)
        assert await look(world) == 0
    await passes(world, seconds + 10)
    await look(world)
    assert [channel for channel, *_ in of(await first(world, got.taken[0].alert.id), "李秀英")] == ["wecom_app", "sms"]
    assert len(await texts(world, "li")) == 1


async def test_what_is_refused_for_an_hour_leaves_when_the_hour_is_over(world: World) -> None:
    """The sheet: a block lasts a minute, an hour, or the day."""
    await world.fault(endpoint="robot", kind="errcode", code=LIMIT)
    await world.issue(grade=Grade.red, hours=6)
    await world.forward(minutes=59)
    await mend(world)
    await world.forward(minutes=3)
    assert (await world.group("石门村群"))[-1].startswith("红色暴雨")
