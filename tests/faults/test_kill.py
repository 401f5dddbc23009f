"""kill -9 of the worker in the middle of a red broadcast: nobody is forgotten, only what was open is repeated."""

import pytest

from tests.benchmarks.kills import measure


@pytest.mark.faults
def test_a_killed_worker_loses_nobody() -> None:
    rows = {row.name: row for row in measure(2_000, 4, seed=7)}
    assert rows["kill -9: targets never reached"].value == 0
    assert rows["kill -9: repeated sends"].holds
