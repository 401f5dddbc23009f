import pytest

from bot.directory.imports import cells, shapes
from bot.directory.imports.cells import BadCell

KEY = "00000000-0000-4000-8000-000000000001"
SQUARE = "POLYGON ((104 28, 104.1 28, 104.1 28.1, 104 28.1, 104 28))"


@pytest.mark.parametrize(
    ("written", "plain"),
    [
        ("李　秀英 ", "李秀英"),
        ("王 敏", "王敏"),
        ("柳湾村１组", "柳湾村1组"),
        ("Kim  Min", "Kim Min"),
        ("\u200b\ufeff石门\n村", "石门村"),
        ("柳湾村（东）", "柳湾村（东）"),
    ],
)
def test_names_lose_what_nobody_sees(written: str, plain: str) -> None:
    assert cells.name(written) == plain


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("１３８００００１１１１", "13800001111"),
        ("138 0000 1111", "13800001111"),
        ("+86 138-0000-1111", "13800001111"),
        ("13800001111.0", "13800001111"),
        ("0000-1234567", "0000-1234567"),
        ("（0000）1234567", "0000-1234567"),
        ("10000000001", "10000000001"),
    ],
)
def test_phones_are_understood_as_people_write_them(written: str, kept: str) -> None:
    assert cells.phone(written) == kept


@pytest.mark.parametrize(
    "written", ["138", "1380000111", "138000011112", "1.38E+10", "李秀英", "13800001111/13900001111"]
)
def test_bad_phones_are_refused(written: str) -> None:
    with pytest.raises(BadCell):
        cells.phone(written)


@pytest.mark.parametrize("written", ["000-0012", "12345", "0000-1234567", "10000000001"])
def test_duty_phones(written: str) -> None:
    assert cells.duty_phone(written) == written


@pytest.mark.parametrize(
    ("written", "keys"),
    [
        (KEY, (KEY,)),
        (f" https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key={KEY} ", (KEY,)),
        (f"qyapi.weixin.qq.com/cgi-bin/webhook/send?key={KEY}&debug=1", (KEY,)),
        (f"{KEY};{KEY};a-second-key-0000001", (KEY, "a-second-key-0000001")),
    ],
)
def test_robots_come_as_address_or_as_bare_key(written: str, keys: tuple[str, ...]) -> None:
    assert cells.robot_keys(written) == keys


@pytest.mark.parametrize(
    "written", ["short", f"https://example.com/robot/send?access_token={KEY}", f"{KEY}/", "键" * 20]
)
def test_a_bad_robot_is_refused_and_never_repeated(written: str) -> None:
    with pytest.raises(BadCell) as bad:
        cells.robot_keys(written)
    assert written not in str(bad.value)


@pytest.mark.parametrize(
    ("written", "roles"),
    [
        ("灾害信息员;网格员", ("灾害信息员", "网格员")),
        ("信息员、网格长", ("灾害信息员", "网格员")),
        ("值班员；值班员,巡山员", ("值班员", "巡山员")),
    ],
)
def test_roles(written: str, roles: tuple[str, ...]) -> None:
    assert cells.roles(written) == roles


def test_ab_language_and_codes() -> None:
    assert [cells.ab(text) for text in ("A", "ｂ", "A角")] == ["A", "B", "A"]
    assert [cells.language(text) for text in ("zh_CN", "朝鲜语", "KO")] == ["zh-CN", "ko", "ko"]
    assert [cells.code(text) for text in ("５２９９ ２６", "529926.0", "own-1")] == ["529926", "529926", "own-1"]


@pytest.mark.parametrize(
    ("check", "written", "mend"),
    [
        (cells.ab, "C", "请写 A 或 B"),
        (cells.language, "法语", "请写 zh-CN 或 ko"),
        (cells.code, "5.29926E+11", "文本"),
        (cells.code, "柳湾", "数字和字母"),
        (cells.group_kind, "业主群", "请写 村群"),
        (cells.userid, "李秀英", "企业微信后台"),
        (cells.userid, "a|b", "企业微信后台"),
        (cells.name, "长" * 65, "写短"),
        (shapes.geometry, "POLYGON ((104 28", "请从制图软件导出"),
        (shapes.geometry, "POINT (104 28)", "应是面"),
        (shapes.geometry, '{"type":"Polygon"}', "请从制图软件导出"),
        (shapes.geometry, "{", "请从制图软件导出"),
        (shapes.geometry, "POLYGON ((28 104, 28 104.1, 28.1 104.1, 28 104))", "写反了"),
        (shapes.geometry, "POLYGON ((400000 3100000, 400100 3100000, 400100 3100100, 400000 3100000))", "经纬度"),
    ],
)
def test_each_refusal_says_the_mend(check: "object", written: str, mend: str) -> None:
    assert callable(check)
    with pytest.raises(BadCell, match=mend):
        check(written)


def test_one_boundary_in_two_notations_is_kept_alike() -> None:
    ring = [[104, 28], [104.1, 28], [104.1, 28.1], [104, 28.1], [104, 28]]
    bare = f'{{"type":"Polygon","coordinates":[{ring}]}}'
    feature = f'{{"type":"Feature","properties":{{}},"geometry":{bare}}}'
    collection = f'{{"type":"FeatureCollection","features":[{feature}]}}'
    assert {shapes.geometry(text) for text in (SQUARE, f"SRID=4490;{SQUARE}", bare, feature, collection)} == {SQUARE}


def test_a_loop_that_crosses_itself_is_mended() -> None:
    kept = shapes.geometry("POLYGON ((104 28, 104.1 28.1, 104.1 28, 104 28.1, 104 28))")
    assert kept.startswith("MULTIPOLYGON")
    assert shapes.geometry(kept) == kept
