"""Where a warning hits: prefixes of codes, shapes, names, and nobody left out in silence."""

import pytest

from bot.directory.tree import Node, Tree
from broadcasts.audience.places import hit, prefix
from broadcasts.intake.message import Circle, Form, Info, Message, MessageArea
from tests.world import NIGHT

SQUARE = "POLYGON (({0} {1}, {2} {1}, {2} {3}, {0} {3}, {0} {1}))"
NODES = [
    Node(1, "529926000000", "青崖县", "县", None, None, "", SQUARE.format(104, 28, 104.4, 28.2)),
    Node(2, "529926101000", "柳湾镇", "镇", 1, 2, "", SQUARE.format(104, 28, 104.2, 28.2)),
    Node(3, "529926102000", "石门乡", "乡", 1, 3, "", SQUARE.format(104.2, 28, 104.4, 28.2)),
    Node(4, "529926101001", "柳湾村", "村", 2, 2, "", SQUARE.format(104, 28, 104.1, 28.2)),
    Node(5, "529926101002", "上坪村", "村", 2, 2, "", None),
    Node(6, "529926102001", "石门村", "村", 3, 3, "", SQUARE.format(104.2, 28, 104.4, 28.2)),
    Node(7, "529926101001001", "柳湾村第1网格", "网格", 4, 2, "", None),
]
TREE = Tree(NODES)
ELSEWHERE = "33000041600000_20260712024000"
OURS = "52992641600000_20260712024000"


def where(*areas: MessageArea, identifier: str = OURS, tree: Tree = TREE) -> tuple[set[str], set[str]]:
    info = Info("zh-CN", "暴雨", areas=areas)
    found = hit(Message(Form.cap, identifier, "x", NIGHT, (info,), national=True), tree)
    return {tree.nodes[a].name for a in found.areas}, set(found.asks)


def square(left: float, bottom: float, right: float, top: float) -> MessageArea:
    ring = ((bottom, left), (bottom, right), (top, right), (top, left), (bottom, left))
    return MessageArea("形状", polygons=(ring,))


@pytest.mark.parametrize(
    ("code", "cut"),
    [
        ("529926000000", "529926"),
        ("52992600000000", "529926"),
        ("529926101000", "529926101"),
        ("529900", "5299"),
        ("520000000000", "52"),
        ("529926101001", "529926101001"),
        ("529926101001001", "529926101001001"),
    ],
)
def test_filling_zeros_are_cut(code: str, cut: str) -> None:
    assert prefix(code) == cut


@pytest.mark.parametrize(
    ("codes", "names", "asks"),
    [
        (("529926000000",), {"青崖县"}, set()),
        (("52992600000000",), {"青崖县"}, set()),
        (("529900000000",), {"青崖县"}, set()),  # the prefecture: all of us
        (("529926",), {"青崖县"}, set()),
        (("529926101000", "529926102001"), {"柳湾镇", "石门村"}, set()),
        (("529926101099",), {"柳湾镇"}, {"area_unknown"}),  # a village that we do not know: its town
        (("529926101000", "330205004001"), {"柳湾镇"}, set()),
        (("330205004001",), set(), set()),
    ],
)
def test_codes_match_by_prefix(codes: tuple[str, ...], names: set[str], asks: set[str]) -> None:
    assert where(MessageArea("", codes)) == (names, asks)


def test_a_polygon_hits_what_it_meets_and_what_has_no_shape_goes_with_its_ancestor() -> None:
    assert where(square(104.21, 28.01, 104.22, 28.02)) == ({"石门村"}, set())
    names, asks = where(square(104.01, 28.01, 104.02, 28.02))
    assert names == {"柳湾村", "上坪村"}  # 上坪村 has no shape, its town has, and that is hit
    assert asks == {"no_geometry"}


def test_an_area_with_a_shape_answers_for_itself_whatever_its_town_s_shape_says() -> None:
    out = [n._replace(geometry=SQUARE.format(104.5, 28, 104.6, 28.2)) if n.name == "柳湾村" else n for n in NODES]
    drawn_past_its_town = square(104.51, 28.01, 104.52, 28.02)
    assert where(drawn_past_its_town, tree=Tree(out)) == ({"柳湾村"}, set())


def test_a_town_that_is_hit_between_its_villages_is_hit_whole() -> None:
    gap = [n._replace(geometry=SQUARE.format(104.3, 28, 104.4, 28.2)) if n.name == "石门村" else n for n in NODES]
    assert where(square(104.21, 28.01, 104.22, 28.02), tree=Tree(gap)) == ({"石门乡"}, set())


def test_where_the_county_alone_is_drawn_all_is_hit_and_the_officer_asked() -> None:
    county = Tree([n._replace(geometry=n.geometry if n.level == "县" else None) for n in NODES])
    assert where(square(104.21, 28.01, 104.22, 28.02), tree=county) == ({"青崖县"}, {"no_geometry"})


def test_a_circle_is_in_kilometres() -> None:
    assert where(MessageArea("", circles=(Circle(28.1, 104.3, 1.0),)))[0] == {"石门村"}
    assert where(MessageArea("", circles=(Circle(28.1, 104.3, 25.0),)))[0] == {"柳湾村", "上坪村", "石门村"}
    assert where(MessageArea("", circles=(Circle(40.0, 116.0, 10.0),)))[0] == set()


def test_without_any_geometry_the_whole_county_is_hit_and_the_officer_asked() -> None:
    bare = Tree([Node(n.id, n.code, n.name, n.level, n.parent_id, n.town_id, "", None) for n in NODES])
    assert where(square(104.21, 28.01, 104.22, 28.02), tree=bare) == ({"青崖县"}, {"no_geometry"})


def test_words_alone_name_places_else_the_senders_region_decides() -> None:
    assert where(MessageArea("柳湾镇、石门乡")) == ({"柳湾镇", "石门乡"}, {"by_name"})
    assert where(MessageArea("我县大部")) == ({"青崖县"}, {"no_area"})
    assert where() == ({"青崖县"}, {"no_area"})
    assert where(identifier=ELSEWHERE) == (set(), set())
