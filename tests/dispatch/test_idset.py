"""A frozen audience: the same ids come back, in few bytes; and it is cut into as few calls as the platform allows."""

import random

import pytest

from broadcasts.dispatch.masses.idset import decoded, encoded, sliced

SETS: list[list[int]] = [
    [],
    [1],
    [127],
    [128],
    [300, 301, 302],
    [1, 2**31 - 1],
    [*range(1, 100_001)],
    [*range(2_000_000, 2_010_000)],
    sorted(random.Random(7).sample(range(1, 2**31), 5_000)),
]


@pytest.mark.parametrize("ids", SETS, ids=lambda ids: f"{len(ids)} from {ids[0] if ids else 0}")
def test_the_same_ids_come_back_in_at_most_ten_bytes_each(ids: list[int]) -> None:
    blob = encoded(ids)
    assert decoded(blob) == ids
    assert len(blob) <= 10 * len(ids)


@pytest.mark.parametrize(
    ("number", "calls"),
    [(0, []), (1, [1]), (2, [2]), (10_000, [10_000]), (10_001, [9_999, 2]), (10_002, [10_000, 2]),
     (20_001, [10_000, 9_999, 2]), (500_000, [10_000] * 50)],
)  # fmt: skip
def test_a_rest_of_one_takes_of_the_call_before(number: int, calls: list[int]) -> None:
    cuts = sliced(range(number))
    assert [len(cut) for cut in cuts] == calls
    assert [one for cut in cuts for one in cut] == [*range(number)]
