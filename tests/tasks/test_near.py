"""Who is proposed for a door: a table of places, and the order among those who stand there. Pure."""

from collections import Counter

import pytest

from bot.directory.queries import Hearer
from bot.directory.tree import Node, Tree
from broadcasts.tasks.knocks.near import Around, Door, Near, around

COUNTY, TOWN, ONE, TWO, THREE, GRID, OTHER_TOWN, OTHER = range(1, 9)


def node(id: int, name: str, level: str, parent: int | None, town: int | None) -> Node:
    return Node(id, f"{id:02d}", name, level, parent, town, "", None)


AREAS = Tree(
    [
        node(COUNTY, "县", "县", None, None),
        node(TOWN, "镇", "镇", COUNTY, TOWN),
        node(ONE, "一村", "村", TOWN, TOWN),
        node(TWO, "二村", "村", TOWN, TOWN),
        node(THREE, "三村", "村", TOWN, TOWN),
        node(GRID, "一村二组", "网格", ONE, TOWN),
        node(OTHER_TOWN, "乡", "乡", COUNTY, OTHER_TOWN),
        node(OTHER, "外村", "村", OTHER_TOWN, OTHER_TOWN),
    ]
)
HER = Door(1, GRID)  # of a grid: her village is 一村


def person(id: int, area: int, role: str = "灾害信息员", ab: str = "A") -> Hearer:
    return Hearer(id, f"u{id}", f"人{id}", area, TOWN, ab, "zh-CN", {role}, {"wecom_app": f"p{id}"})


def standing(
    *people: Hearer, silent: set[int] | None = None, been: int = 0, busy: dict[int, int] | None = None
) -> Around:
    return Around(AREAS, people, silent or set(), {(HER.person_id, been)}, Counter(busy or {}))


@pytest.mark.parametrize(
    ("village", "found"),
    [
        (ONE, {(ONE, 0), (GRID, 0), (TWO, 1), (THREE, 1), (TOWN, 2)}),
        (OTHER, {(OTHER, 0), (OTHER_TOWN, 2)}),
        (TOWN, {(TOWN, 0), (ONE, 0), (TWO, 0), (THREE, 0), (GRID, 0)}),
        (COUNTY, {(COUNTY, 0)}),
    ],
)
def test_from_where_somebody_may_come(village: int, found: set[tuple[int, int]]) -> None:
    assert {(place.id, near.value) for place, near, _ in around(AREAS, village)} == found


@pytest.mark.parametrize(
    ("people", "facts", "order"),
    [
        ([(2, TOWN), (3, TWO), (4, ONE), (5, OTHER)], {}, [4, 3, 2]),  # the village, beside it, the town; no other town
        ([(2, THREE), (3, TWO)], {}, [3, 2]),  # by the villages between
        ([(2, ONE), (3, TWO), (4, TOWN)], {"silent": {2}}, [3, 4, 2]),  # whoever is silent too comes last
        ([(2, ONE), (3, ONE)], {"busy": {2: 1}}, [3, 2]),  # who has no other door
        ([(2, ONE), (3, TWO)], {"been": 2}, [3, 2]),  # was there in vain
        ([(2, ONE), (3, ONE)], {"been": 2, "silent": {3}}, [3, 2]),
        ([(1, ONE), (2, ONE)], {}, [2]),  # never she herself
    ],
)
def test_in_which_order(people: list[tuple[int, int]], facts: dict[str, object], order: list[int]) -> None:
    near = standing(*(person(*one) for one in people), **facts)  # type: ignore[arg-type]
    assert [one.uid for one in near.of(HER, 9)] == [f"u{number}" for number in order]


def test_an_informant_goes_before_a_grid_worker_and_A_before_B() -> None:
    near = standing(person(2, ONE, "网格员", ""), person(3, ONE, ab="B"), person(4, ONE, ab="A"))
    assert [one.uid for one in near.of(HER, 9)] == ["u4", "u3", "u2"]
    assert [one.near for one in near.of(HER, 1)] == [Near.village]


def test_by_rule_nobody_gets_more_doors_than_they_can_reach_and_nobody_is_sent_twice() -> None:
    near = standing(person(2, ONE), person(3, TWO), been=3)
    assert near.first(HER, 2) == 2
    for _ in range(2):
        near.take(2)
    assert near.first(HER, 2) is None  # the other was there in vain
    assert near.holds(HER, 3)  # an officer may still send them
