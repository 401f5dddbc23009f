"""enable_duplicate_check: the same request is accepted and shown once."""

from typing import Any

import pytest

from tests.simulator.sim import Sim

CHECK: dict[str, Any] = {"enable_duplicate_check": 1}


async def test_the_same_request_is_accepted_and_shown_once(sim: Sim) -> None:
    first, second = [await sim.app("wang", **CHECK) for _ in range(2)]
    assert first == second
    assert len(await sim.texts("phones/wang")) == 1
    assert (await sim.counts())["limits"] == {"duplicate": 1}


@pytest.mark.parametrize(("asked", "seconds"), [(None, 1800), (60, 60), (100_000, 4 * 3600)])
async def test_it_is_shown_again_after_the_interval(sim: Sim, asked: int | None, seconds: int) -> None:
    sim.clock.turn(1)
    more = CHECK | ({"duplicate_check_interval": asked} if asked else {})
    for turn, shown in ((0, 1), (seconds - 1, 1), (1, 2)):
        sim.clock.turn(turn)
        await sim.fetch_token()
        await sim.app("wang", **more)
        assert len(await sim.texts("phones/wang")) == shown


async def test_another_request_and_one_without_the_check_are_shown(sim: Sim) -> None:
    for content in ("甲", "乙"):
        await sim.app("wang", content, **CHECK)
    for _ in range(2):
        await sim.app("wang", "丙")
    assert await sim.texts("phones/wang") == ["甲", "乙", "丙", "丙"]
