"""Hazards, colours and criteria as data: what is known, until when, and from where."""

from datetime import date
from importlib.resources import files

import pytest

from broadcasts.hazards import catalogue
from broadcasts.hazards.catalogue import by_name, by_public_code, colours, hazard, mention, signal
from broadcasts.hazards.grades import Grade

RED, ORANGE, YELLOW, BLUE, WHITE = Grade
TODAY = date(2026, 7, 12)
FOURTEEN = {
    "11B01": ("台风", (RED, ORANGE, YELLOW, BLUE), "p0001", "01"),
    "11B03": ("暴雨", (RED, ORANGE, YELLOW, BLUE), "p0002", "02"),
    "11B04": ("暴雪", (RED, ORANGE, YELLOW, BLUE), "p0006", "03"),
    "11B05": ("寒潮", (RED, ORANGE, YELLOW, BLUE), "p0004", "04"),
    "11B06": ("大风", (RED, ORANGE, YELLOW, BLUE), "p0007", "05"),
    "11B07": ("沙尘暴", (RED, ORANGE, YELLOW), "p0008", "06"),
    "11B09": ("高温", (RED, ORANGE, YELLOW), "p0003", "07"),
    "11B22": ("干旱", (RED, ORANGE), "p0010", "08"),
    "11B14": ("雷电", (RED, ORANGE, YELLOW), "p0012", "09"),
    "11B15": ("冰雹", (RED, ORANGE), "p0009", "10"),
    "11B16": ("霜冻", (ORANGE, YELLOW, BLUE), "p0013", "11"),
    "11B17": ("大雾", (RED, ORANGE, YELLOW), "p0005", "12"),
    "11B19": ("霾", (RED, ORANGE, YELLOW), "p0014", "13"),
    "11B21": ("道路结冰", (RED, ORANGE, YELLOW), "p0011", "14"),
}


@pytest.mark.parametrize("code", FOURTEEN)
def test_the_fourteen_signals(code: str) -> None:
    name, known, nmc, weather = FOURTEEN[code]
    assert hazard(code).name == name
    assert hazard(code).source
    assert colours(code, TODAY) == known
    for public in (nmc, f"{nmc}004", weather):
        found = by_public_code(public)
        assert found
        assert found.code == code


def test_forty_five_signals_of_the_nation_are_in_force() -> None:
    assert sum(len(colours(code, TODAY)) for code in FOURTEEN) == 45


@pytest.mark.parametrize(
    ("on", "known"),
    [
        (date(2007, 6, 11), ()),
        (date(2007, 6, 12), (ORANGE, YELLOW)),
        (date(2013, 1, 27), (ORANGE, YELLOW)),
        (date(2013, 1, 28), (RED, ORANGE, YELLOW)),
    ],
)
def test_haze_changed_on_a_day(on: date, known: tuple[Grade, ...]) -> None:
    assert colours("11B19", on) == known


def test_haze_has_the_criteria_of_its_day() -> None:
    before, after = signal("11B19", YELLOW, date(2010, 1, 1)), signal("11B19", YELLOW, TODAY)
    assert before
    assert after
    assert "PM2.5" not in before.criteria
    assert "PM2.5" in after.criteria
    assert before.valid_to == after.valid_from == date(2013, 1, 28)


@pytest.mark.parametrize(
    ("region", "code", "known"),
    [
        ("广东省", "11B03", (RED, ORANGE, YELLOW)),
        ("440100000000", "11B03", (RED, ORANGE, YELLOW)),
        ("广东省广州市", "11B01", (RED, ORANGE, YELLOW, BLUE, WHITE)),
        ("320506", "11B03", (RED, ORANGE, YELLOW, BLUE)),
        ("浙江省", "11B03", (RED, ORANGE, YELLOW, BLUE)),
        ("", "11A51", ()),
        ("", "99999", ()),
    ],
)
def test_a_region_has_its_own_set(region: str, code: str, known: tuple[Grade, ...]) -> None:
    assert colours(code, TODAY, region) == known


def test_a_signal_tells_its_criteria_and_guide() -> None:
    found = signal("11B03", RED, TODAY)
    assert found
    assert "3小时" in found.criteria
    assert found.guide
    assert found.source
    assert found.valid_from == date(2007, 6, 12)
    assert signal("11B22", BLUE, TODAY) is None
    local = signal("11B03", RED, TODAY, "11")
    assert local
    assert (local.region, local.criteria != found.criteria) == ("北京市", True)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("暴雨", "11B03"),
        ("暴雨事件", "11B03"),
        ("青崖县气象台发布雷雨大风橙色预警", "11B20"),
        ("山洪", "11A51"),
        ("山洪灾害", "11A51"),
        ("山洪灾害气象风险", "11A19"),
        ("地质灾害", "11B37"),
        ("地质灾害气象风险", "11B37"),
        ("青崖县气象灾害防御指挥部发布暴雨红色预警", "11B03"),
        ("气象灾害", "11B00"),
        ("森林草原火险", "11B41"),
        ("农业干旱", "11A52"),
        ("灰霾", "11B19"),
        ("泥石流", "11D02"),
        ("地震", "11C02"),
        ("Rainstorm", "11B03"),
        ("flash flood events", "11A51"),
        ("Thunderstorm and Gale", "11B58"),
        ("issues yellow warning for heavy fog", "11B17"),
        ("Galega", None),
        ("大家好", None),
        ("", None),
    ],
)
def test_by_name(text: str, code: str | None) -> None:
    found = by_name(text)
    assert (found.code if found else None) == code


def test_a_mention_has_its_span() -> None:
    found = mention("发布雷雨大风预警")
    assert found
    assert found[1:] == (2, 6)


@pytest.mark.parametrize(
    ("code", "event", "name"), [("11Z77", "凝冻", "凝冻"), ("11Z77", "", "11Z77"), ("", "甲", "甲")]
)
def test_an_unknown_code_is_shown_by_name(code: str, event: str, name: str) -> None:
    found = hazard(code, event)
    assert (found.code, found.name, found.known) == (code, name, False)


def test_every_signal_names_a_hazard_of_the_table() -> None:
    assert all(hazard(row.code).known for row in catalogue._signals())
    assert len(catalogue._hazards()) == 186


def test_the_data_is_small() -> None:
    folder = files("broadcasts.hazards") / "data"
    assert sum(len(one.read_bytes()) for one in folder.iterdir()) < 400_000
