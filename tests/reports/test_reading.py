"""How a sentence is read: a table. Pure."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from bot.directory.tree import Node, Tree
from handlers.reports.models import Kind, Stage
from handlers.reports.reading.numbers import number
from handlers.reports.reading.read import Reading, read

ZONE = ZoneInfo("Asia/Shanghai")
AT = datetime(2026, 7, 11, 18, 40, tzinfo=UTC)  # 02:40 on the 12th
TREE = Tree(
    [
        Node(1, "529926000000", "青崖县", "县", None, None, "", None),
        Node(2, "529926101000", "柳湾镇", "镇", 1, 2, "", None),
        Node(3, "529926102000", "石门乡", "乡", 1, 3, "", None),
        Node(4, "529926101001", "柳湾村", "村", 2, 2, "", None),
        Node(5, "529926101002", "上坪村", "村", 2, 2, "", None),
        Node(6, "529926102001", "石门村", "村", 3, 3, "", None),
    ]
)
HOME = 4


def reading(text: str) -> Reading:
    return read(text, TREE, HOME, AT, ZONE)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("12", 12), ("十", 10), ("十二", 12), ("二十", 20), ("两百零五", 205), ("两百五", 250), ("三千零五", 3005),
        ("一万二", 12000), ("3万", 30000), ("1,200", 1200), ("半", 0.5), ("三点五", 3.5),
        ("二〇二六", 2026), ("-3", -3), ("几", None),
    ],
)  # fmt: skip
def test_numbers_as_people_write_them(text: str, value: float | None) -> None:
    assert number(text) == value


FIGURES = [
    ("三组垮坡，路断了，没人伤", {"因灾受伤人口": (0, "人", "没人伤"), "道路中断处数": (None, "处", "路断了")}),
    (
        "两间房塌了，五户十二人转移，淹了15亩稻子",
        {
            "倒塌房屋间数": (2, "间", "两间房塌了"),
            "转移户数": (5, "户", "五户十二人转移"),
            "紧急避险转移人口": (12, "人", "五户十二人转移"),
            "农作物受灾面积": (1, "公顷", "淹了15亩稻子"),
            "其中：粮食作物受灾面积": (1, "公顷", "淹了15亩稻子"),
        },
    ),
    ("死2人伤3人", {"因灾死亡人口": (2, "人", "死2人伤3人"), "因灾受伤人口": (3, "人", "死2人伤3人")}),
    ("2人死亡3人受伤", {"因灾死亡人口": (2, "人", "2人死亡3人受伤"), "因灾受伤人口": (3, "人", "2人死亡3人受伤")}),
    ("无人员伤亡", {"因灾死亡人口": (0, "人", "无人员伤亡"), "因灾受伤人口": (0, "人", "无人员伤亡")}),
    ("转移五户，十二人", {"转移户数": (5, "户", "转移五户"), "紧急避险转移人口": (12, "人", "十二人")}),
    ("路冲断２００米", {"受损公路长度": (0.2, "千米", "路冲断２００米")}),
    ("3户进水", {"进水户数": (3, "户", "3户进水")}),
    ("損壞了三間房", {"一般损坏房屋间数": (3, "间", "損壞了三間房")}),
    ("两栋房子倒了", {"倒塌房屋间数": (None, "间", "两栋房子倒了")}),
    (
        "死了两头牛三只羊",
        {
            "因灾死亡牲畜": (5, "头只", "死了两头牛三只羊"),
            "其中：因灾死亡大牲畜": (2, "头只", "死了两头牛三只羊"),
            "因灾死亡小牲畜": (3, "头只", "死了两头牛三只羊"),
        },
    ),
    ("有没有人伤", {}),
    ("哈哈哈", {}),
    ("<script>alert(1)</script>", {}),
    ("=1+1", {}),
]


@pytest.mark.parametrize(("text", "figures"), FIGURES)
def test_each_figure_stands_beside_the_words_it_came_from(text: str, figures: dict[str, object]) -> None:
    found = {name: (one["value"], one["unit"], one["words"]) for name, one in reading(text).values.items()}
    assert found == figures


@pytest.mark.parametrize(
    ("text", "hazard", "kind", "area", "group"),
    [
        ("三组垮坡，路断了，没人伤", "11D01", Kind.disaster, "柳湾村", "三组"),
        ("石门村二组泥石流，塌了一间房", "11D02", Kind.disaster, "石门村", "二组"),
        ("上坪昨晚下冰雹，淹了两亩菜", "11B15", Kind.disaster, "上坪村", ""),
        ("河堤有管涌", "11A04", Kind.danger, "柳湾村", ""),
        ("村口翻车了，伤2人", "", Kind.accident, "柳湾村", ""),
    ],
)
def test_what_where_and_of_which_kind(text: str, hazard: str, kind: Kind, area: str, group: str) -> None:
    found = reading(text)
    named = found.area.name if found.area else ""
    assert (found.hazard, found.kind, named, found.place.group) == (hazard, kind, area, group)


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("昨晚8点半垮坡", "2026-07-11T20:30"),
        ("今天凌晨一点垮坡", "2026-07-12T01:00"),
        ("1:20垮坡", "2026-07-12T01:20"),
        ("晚上十点垮坡", "2026-07-11T22:00"),
        ("半个小时前垮坡", "2026-07-12T02:10"),
        ("刚才垮坡", "2026-07-12T02:40"),
        ("7月10号垮坡", "2026-07-10T12:00"),
        ("今天凌晨一点三组垮坡", "2026-07-12T01:00"),
        ("凌晨一点二十五组垮坡", "2026-07-12T01:00"),
        ("凌晨一点二十分五组垮坡", "2026-07-12T01:20"),
        ("垮坡了", None),
    ],
)
def test_when(text: str, at: str | None) -> None:
    found = reading(text).when.at
    assert (found.isoformat()[:16] if found else None) == at


@pytest.mark.parametrize(
    ("text", "ask"),
    [
        ("明天垮坡", "“明天”还没有到。是已经发生的，还是担心会发生？"),
        ("大坪村垮坡", "没有找到“大坪村”，先记在柳湾村。是哪个村？"),
        ("石门村垮坡", "您是柳湾村的，这里说的是石门村，对吗？"),
        ("五户，十二人", "“五户”里的五户是转移、受灾，还是进水？"),
        ("倒塌3间，倒塌住房4间", "倒塌住房间数 4 间，比倒塌房屋间数 3 间还多。哪个对？"),
        ("塌了3间房，倒塌住房户数5户", "倒塌住房户数 5 户，倒塌房屋间数只有 3 间：一户至少有一间。哪个对？"),
        ("绝收20亩，成灾15亩", "农作物绝收面积 1.3333 公顷，比农作物成灾面积 1 公顷还多。哪个对？"),
        ("转移了半个人", "紧急避险转移人口是 0.5 人，应是整数。是多少人？"),
        ("转移了999999人", "紧急避险转移人口有 999999 人，一个村没有这么多。数字和单位对吗？"),
        ("两三户进水", "“两三户”是多少户？知道准数了请再报。"),
        ("二十多人转移", "“二十多人”是大约的数，先记 二十多人。知道准数了请再报。"),
    ],
)
def test_what_is_doubtful_is_asked_kindly(text: str, ask: str) -> None:
    assert ask in reading(text).asks


@pytest.mark.parametrize(
    ("text", "stage", "number_"),
    [
        ("续报 QY0711-003 又转移三户", Stage.follow, "QY0711-003"),
        ("核报，共转移8户", Stage.final, ""),
        ("零报告", Stage.zero, ""),
    ],
)
def test_stages(text: str, stage: Stage, number_: str) -> None:
    found = reading(text)
    assert (found.stage, found.number) == (stage, number_)


def test_a_long_text_is_read_in_no_time() -> None:
    started = datetime.now(UTC)
    reading("三户五人塌" * 2000)
    reading("1" * 5000)
    reading("两间" * 1000 + "，")
    assert (datetime.now(UTC) - started).total_seconds() < 5
