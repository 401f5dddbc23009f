"""How long a plan takes at the least: tables of windows, quotas and open calls."""

import pytest

from bot.coordination.contract import Limit
from broadcasts.dispatch.planning.bound import leaves, rounds, window

MINUTE = (Limit(20, 60.0, 5),)
MEMBER = (Limit(30, 60.0, 5), Limit(40, 3600.0, 5))


@pytest.mark.parametrize(
    ("recent", "calls", "red", "last"),
    [
        ([], 15, False, 0.0),
        ([], 16, False, 60.0),
        ([], 20, True, 0.0),
        ([], 31, False, 120.0),
        ([40.0] * 15, 1, False, 20.0),  # fifteen left forty seconds ago
        ([40.0] * 15, 1, True, 0.0),
        ([70.0] * 15, 1, False, 0.0),
    ],
)
def test_a_robots_minute(recent: list[float], calls: int, red: bool, last: float) -> None:
    assert leaves(recent, calls, MINUTE, red=red)[-1] == last


def test_the_narrower_of_two_windows_holds_it_up() -> None:
    assert leaves([], 36, MEMBER, red=False)[-1] == 3600.0
    assert leaves([], 35, MEMBER, red=False)[-1] == 60.0


@pytest.mark.parametrize(
    ("used", "need", "seconds"), [(0, 18_000, 0.0), (0, 18_001, 60.0), (9_000, 9_001, 60.0), (0, 40_000, 120.0)]
)
def test_what_all_share(used: int, need: int, seconds: float) -> None:
    assert window(used, need, 18_000, 60.0) == seconds


def test_calls_are_open_side_by_side() -> None:
    assert rounds(401, 200, 0.3) == pytest.approx(0.9)
