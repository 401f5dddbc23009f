"""Limits on a clock that is turned: what the platform refuses, and what it drops in silence."""

import pytest

from bot.simulator.config import Window
from bot.simulator.tables.limits import Rate
from bot.simulator.world.messages import Shown
from bot.simulator.world.windows import full
from tests.simulator.sim import VILLAGE, Sim, opened

RATE = Rate("test", 2, 60)
FIXED, SLIDING, BOTH = Window.fixed, Window.sliding, Window.both


@pytest.mark.parametrize(
    ("window", "shown_at", "at", "verdict"),
    [
        (FIXED, [50, 55], 59, True),
        (FIXED, [50, 55], 60, False),  # the next minute starts afresh
        (SLIDING, [50, 55], 60, True),
        (SLIDING, [50, 55], 109.9, True),
        (SLIDING, [50, 55], 110, False),
        (BOTH, [50, 55], 60, True),
        (BOTH, [50, 55], 110, False),
        (BOTH, [55], 56, False),
    ],
)
def test_windows(window: Window, shown_at: list[float], at: float, verdict: bool) -> None:
    messages = [Shown("text", (), at=moment) for moment in shown_at]
    assert full(messages, RATE, window, at) is verdict


async def test_a_robot_says_twenty_a_minute_and_the_next_is_refused(sim: Sim) -> None:
    assert [await sim.robot() for _ in range(21)] == [0] * 20 + [45009]
    assert len(await sim.texts(f"groups/{VILLAGE}")) == 20
    assert (await sim.counts())["limits"] == {"robot_minute": 1}


async def test_what_was_refused_does_not_count(sim: Sim) -> None:
    for _ in range(25):
        await sim.robot()
    sim.clock.turn(60)
    assert await sim.robot() == 0


@pytest.mark.parametrize(("window", "codes"), [(FIXED, [0, 0]), (SLIDING, [45009, 45009]), (BOTH, [45009, 45009])])
async def test_a_fixed_minute_starts_afresh_where_a_sliding_one_does_not(window: Window, codes: list[int]) -> None:
    async with opened(window=window) as sim:
        sim.clock.turn(59)
        for _ in range(20):
            await sim.robot()
        sim.clock.turn(1)
        assert [await sim.robot(), await sim.robot()] == codes


async def test_a_member_loses_the_thirty_first_of_a_minute_in_silence(sim: Sim) -> None:
    assert [(await sim.app("wang", f"第{n}条"))["errcode"] for n in range(31)] == [0] * 31
    assert (await sim.texts("phones/wang"))[-1] == "第29条"
    assert (await sim.counts())["limits"] == {"member_minute": 1}


async def test_a_member_loses_the_thousand_and_first_of_an_hour_in_silence(sim: Sim) -> None:
    for _ in range(1001):
        sim.clock.turn(2.5)
        await sim.app("wang")
    assert (await sim.counts())["limits"] == {"member_hour": 1}
    assert (await sim.counts())["copies"]["members"] == 1000


async def test_the_others_of_a_call_still_get_it(sim: Sim) -> None:
    for _ in range(30):
        await sim.app("wang")
    await sim.app("wang|lixiuying")
    assert len(await sim.texts("phones/lixiuying")) == 1


async def test_an_app_has_its_person_times_a_day_and_the_day_is_chinas() -> None:
    async with opened(account_cap=1) as sim:
        for _ in range(100):
            sim.clock.turn(2.5)
            assert (await sim.app("wang|lixiuying"))["errcode"] == 0
        assert (await sim.app("wang"))["errcode"] == 45009
        sim.clock.turn(14 * 3600)  # 10:44 until after midnight in China
        await sim.fetch_token()
        assert (await sim.app("wang"))["errcode"] == 0
