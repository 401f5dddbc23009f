"""What is due by the clock is done by one process, and one tick's failure is nobody else's."""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta

import pytest

from bot.clock import TurnedClock
from bot.deps import Deps
from bot.metrics import TICKS_FAILED, TICKS_SKIPPED
from bot.ticker import Every, Tick, Ticker, run_due


class Counted:
    """A tick's function that counts its runs, and may hang or fail."""

    def __init__(self, *, fails: bool = False, hangs: bool = False) -> None:
        self.runs, self.fails, self.hangs = 0, fails, hangs
        self.ran = asyncio.Event()

    async def __call__(self, _: Deps) -> None:
        self.runs += 1
        self.ran.set()
        if self.fails:
            raise RuntimeError("broken")
        if self.hangs:
            await asyncio.Event().wait()


@pytest.fixture
async def two(deps: Deps) -> AsyncIterator[tuple[Ticker, Ticker]]:
    """Two processes that both want to do what is due."""
    both = Ticker(deps, [], "one:8000"), Ticker(deps, [], "two:8000")
    yield both
    for ticker in both:
        await ticker._end()


async def test_one_of_two_holds_the_lease(two: tuple[Ticker, Ticker], clock: TurnedClock) -> None:
    one, other = two
    for _ in range(20):
        await one.renew()
        await other.renew()
        assert (one.held, other.held) == (True, False)
        clock.turn(1)


async def test_who_falls_silent_is_followed_and_never_are_there_two(
    two: tuple[Ticker, Ticker], clock: TurnedClock
) -> None:
    one, other = two
    await one.renew()
    await other.renew()
    waited = 0
    while not other.held:
        clock.turn(1)
        waited += 1
        assert waited < 10
        await other.renew()
        assert not (one.held and other.held)
    await one.renew()
    assert (one.held, other.held) == (False, True)


async def test_a_restart_of_the_same_process_takes_over_at_once(deps: Deps, two: tuple[Ticker, Ticker]) -> None:
    await two[0].renew()
    again = Ticker(deps, [], "one:8000")
    await again.renew()
    assert again.held
    await two[0].renew()
    await again._end()


async def test_a_failing_tick_is_counted_and_stops_no_other(deps: Deps, clock: TurnedClock) -> None:
    logging.getLogger("bot.ticker").disabled = True
    bad, good = Counted(fails=True), Counted()
    ticks, last = [Tick("t.bad", 1, bad), Tick("t.good", 3, good)], dict[str, float]()
    before = TICKS_FAILED.labels("t.bad")._value.get()
    for _ in range(6):
        assert await run_due(deps, ticks, last) == ["t.bad"]
        clock.turn(1)
    logging.getLogger("bot.ticker").disabled = False
    assert (bad.runs, good.runs) == (6, 2)
    assert TICKS_FAILED.labels("t.bad")._value.get() == before + 6


async def test_a_tick_that_still_runs_is_left_out_and_counted_and_delays_no_other(deps: Deps) -> None:
    slow, quick = Counted(hangs=True), Counted()
    ticker = Ticker(deps, [Tick("t.slow", 0.02, slow), Tick("t.quick", 0.02, quick)], "one:8000")
    before = TICKS_SKIPPED.labels("t.slow")._value.get()
    await ticker.renew()
    async with asyncio.timeout(10):
        while quick.runs < 5 or TICKS_SKIPPED.labels("t.slow")._value.get() <= before:
            quick.ran.clear()
            await quick.ran.wait()
    assert slow.runs == 1
    ticker._shut()


async def test_how_often_a_long_run_makes_it_left_out_the_log_says_once_and_when_it_is_over(
    deps: Deps, caplog: pytest.LogCaptureFixture
) -> None:
    ends = asyncio.Event()
    caplog.set_level(logging.INFO, logger="bot.ticker")

    async def slow(_: Deps) -> None:
        await ends.wait()

    quick, before = Counted(), TICKS_SKIPPED.labels("t.long")._value.get()
    ticker = Ticker(deps, [Tick("t.long", 0.02, slow), Tick("t.quick", 0.02, quick)], "one:8000")
    await ticker.renew()

    async def until(what: Callable[[], bool]) -> None:
        async with asyncio.timeout(10):
            while not what():
                quick.ran.clear()
                await quick.ran.wait()

    await until(lambda: TICKS_SKIPPED.labels("t.long")._value.get() >= before + 3)
    ends.set()
    await until(lambda: "runs again" in caplog.text)
    ticker._shut()
    said = [record.getMessage() for record in caplog.records if "t.long" in record.getMessage()]
    assert said == [
        "tick t.long is left out: the run before still goes on",
        "tick t.long runs again: the long run is over",
    ]


async def test_a_process_that_lost_the_lease_stops_its_ticks(deps: Deps, clock: TurnedClock) -> None:
    counted = Counted()
    ticker, other = Ticker(deps, [Tick("t.any", 0.01, counted)], "one:8000"), Ticker(deps, [], "two:8000")
    await ticker.renew()
    await counted.ran.wait()
    await other.renew()
    clock.turn(6)
    await other.renew()
    await ticker.renew()
    assert (ticker.held, other.held, ticker._scheduler) == (False, True, None)
    await other._end()


@pytest.mark.parametrize(("before", "after"), [(0.0, 1.0), (-0.5, 0.5), (-3600.0, 1.0), (-56 * 365 * 86400.0, 1.0)])
def test_a_clock_that_was_set_right_makes_no_tick_catch_up(before: float, after: float) -> None:
    now = datetime(2026, 7, 11, tzinfo=UTC)
    following = Every(1).get_next_fire_time(now + timedelta(seconds=before), now)
    assert following == now + timedelta(seconds=after)
