"""What processes need of each other: windows, one at a time, and the word that something changed."""

import asyncio
from collections import Counter, defaultdict
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.clock import SystemClock
from bot.coordination.contract import Limit
from bot.coordination.open import open_coordination
from bot.coordination.windows import Windows
from bot.deps import open_deps
from bot.migrations.run import upgrade
from bot.record.entries import record
from tests.grounds import settings_for

MINUTE = Limit(20, 60.0, reserve=5)


@given(st.lists(st.tuples(st.floats(0, 200), st.booleans()), max_size=200))
def test_no_schedule_breaks_the_fixed_or_the_sliding_minute(asks: list[tuple[float, bool]]) -> None:
    windows, left = Windows(), []
    for at, red in sorted(asks):
        if windows.take(["robot:1"], (MINUTE,), at, red=red) == [0.0]:
            left.append(at)
    for start in left:
        assert sum(start <= at < start + 60 for at in left) <= 20
    for minute in range(4):
        assert sum(minute * 60 <= at < minute * 60 + 60 for at in left) <= 20


def test_a_part_of_the_window_is_kept_for_red() -> None:
    windows = Windows()
    blue = [windows.take(["r"], (MINUTE,), 0.0, red=False)[0] for _ in range(20)]
    assert blue[:15] == [0.0] * 15
    assert all(wait > 0 for wait in blue[15:])
    red = [windows.take(["r"], (MINUTE,), 1.0, red=True)[0] for _ in range(6)]
    assert red[:5] == [0.0] * 5
    assert 58 < red[5] <= 60


def test_the_wait_that_is_told_is_enough_and_not_too_long() -> None:
    windows = Windows()
    for n in range(20):
        windows.take(["r"], (MINUTE,), float(n), red=True)
    (wait,) = windows.take(["r"], (MINUTE,), 20.0, red=True)
    assert windows.take(["r"], (MINUTE,), 20.0 + wait - 0.001, red=True)[0] > 0
    assert windows.take(["r"], (MINUTE,), 20.0 + wait, red=True) == [0.0]


def test_what_left_before_a_restart_counts() -> None:
    windows = Windows()
    for _ in range(20):
        windows.counted(["r"], 10.0)
    assert windows.take(["r"], (MINUTE,), 11.0, red=True)[0] > 0


MEMBER = (Limit(30, 60.0, reserve=5), Limit(100, 3600.0, reserve=20))
HOURS = 7200.0


def broken(moments: list[float], calls: int, seconds: float) -> bool:
    """Whether any window of that length, fixed or sliding, holds more."""
    ordered = sorted(moments)
    sliding = any(later - first < seconds for first, later in zip(ordered, ordered[calls:], strict=False))
    fixed = Counter(int(moment // seconds) for moment in ordered)
    return sliding or max(fixed.values(), default=0) > calls


Bursts = st.lists(
    st.tuples(st.floats(0, HOURS), st.integers(1, 40), st.booleans(), st.sets(st.sampled_from("abc"), min_size=1)),
    max_size=40,
)


@given(Bursts)
def test_no_schedule_breaks_a_members_minute_or_hour(bursts: list[tuple[float, int, bool, set[str]]]) -> None:
    windows, left = Windows(), defaultdict[str, list[float]](list)
    for at, times, red, members in sorted(bursts, key=lambda burst: burst[0]):
        for _ in range(times):
            keys = sorted(members)
            for key, wait in zip(keys, windows.take(keys, MEMBER, at, red=red), strict=True):
                if not wait:
                    left[key].append(at)
    assert not any(broken(moments, 30, 60.0) or broken(moments, 100, 3600.0) for moments in left.values())


@given(st.lists(st.tuples(st.floats(0, 0.4), st.floats(0, 20), st.floats(0, 1)), min_size=30, max_size=200))
def test_answers_that_come_late_break_no_window_either(calls: list[tuple[float, float, float]]) -> None:
    """The platform counts a call at any moment between its leaving and its answer."""
    windows, counted, open_, at = Windows(), list[float](), list[tuple[float, float]](), 0.0
    for gap, lasts, when in calls:
        at += gap
        for taken, answered in [call for call in open_ if call[1] <= at]:
            windows.moved(["r"], taken, answered)
            open_.remove((taken, answered))
        if windows.take(["r"], (MINUTE,), at, red=True) == [0.0]:
            open_.append((at, at + lasts))
            counted.append(at + lasts * when)
    assert not broken(counted, 20, 60.0)


def test_of_those_who_go_together_all_are_counted_or_none() -> None:
    windows = Windows()
    for _ in range(20):
        windows.take(["a"], (MINUTE,), 0.0, red=True)
    waits = windows.take(["a", "b"], (MINUTE,), 1.0, red=True, together=True)
    assert waits[0] > 58
    for _ in range(20):
        assert windows.take(["b"], (MINUTE,), 1.0, red=True) == [0.0]
    assert windows.take(["a", "b"], (MINUTE,), 61.0, red=True, together=True) == [0.0, 0.0]


def test_a_clock_set_back_blocks_for_one_window_at_most() -> None:
    windows = Windows()
    for _ in range(20):
        windows.take(["r"], (MINUTE,), 10_000.0, red=True)
    (wait,) = windows.take(["r"], (MINUTE,), 0.0, red=True)
    assert 0 < wait <= 60.001
    assert windows.take(["r"], (MINUTE,), wait, red=True) == [0.0]


def test_keys_whose_calls_are_past_are_forgotten_and_those_alike_share_one_tuple() -> None:
    windows, members = Windows(), [f"u{n}" for n in range(1000)]
    for n in range(5):
        windows.take(members, MEMBER, float(n), red=False)
    assert len({id(moments) for moments in windows._left.values()}) == 1
    windows.take(["somebody"], MEMBER, 10_000.0, red=False)
    assert len(windows) == 1


async def test_another_processes_commit_is_heard(tmp_path: Path) -> None:
    settings = settings_for(tmp_path)
    await upgrade(settings)
    async with open_deps(settings) as deps:
        other = open_coordination(settings, SystemClock())
        assert await other.changed(1.0)  # the first look always says so
        assert not await other.changed(0.0)
        waiting = asyncio.create_task(other.changed(30.0))
        async with deps.begin() as session:
            record(session, "test", "written", "x", datetime.now(UTC))
        assert await waiting
        await other.close()


@pytest.mark.postgres
async def test_on_postgresql_too(tmp_path: Path, postgres_server: object) -> None:
    settings = settings_for(tmp_path, postgres_server.fresh())  # type: ignore[attr-defined]
    await upgrade(settings)
    async with open_deps(settings) as deps:
        other = open_coordination(settings, SystemClock())
        assert await other.changed(5.0)
        waiting = asyncio.create_task(other.changed(30.0))
        async with deps.begin() as session:
            record(session, "test", "written", "x", datetime.now(UTC))
        assert await waiting
        await other.close()
