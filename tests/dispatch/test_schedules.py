"""Random schedules on a clock that jumps: no limit broken, nothing lost, nothing red behind what is not, no time idle.
`make bench` plays ten thousand of them."""

import random

import pytest

from bot.coordination.contract import Limit
from tests.virtual.platform import Call, VirtualChannel
from tests.virtual.schedules import played, random_schedule


@pytest.mark.parametrize("seed", range(60))
def test_a_random_night(seed: int) -> None:
    verdict = played(random_schedule(seed))
    assert verdict.holds, verdict


@pytest.mark.parametrize(("seed", "workers"), [(seed, workers) for seed in range(60, 80) for workers in (2, 3)])
def test_a_random_night_of_several_workers(seed: int, workers: int) -> None:
    verdict = played(random_schedule(seed), workers)
    assert verdict.holds, verdict


def channel(moments: list[float], limit: Limit) -> VirtualChannel:
    made = VirtualChannel("robot", (limit,), (), (0.1, 0.1), random.Random(1), 0.0)
    made.calls = [Call(at, at, at, "", ("1",), 1) for at in moments]
    return made


def test_the_platform_counts_minutes_of_the_clock_and_any_minute() -> None:
    limit = Limit(3, 60.0)
    assert channel([0, 10, 20, 60.1, 70, 80], limit).broken() == 0
    assert channel([50, 51, 52, 61], limit).broken() == 1  # sliding
    assert channel([0, 1, 2, 3], limit).broken() == 2  # both
