"""The relations between figures, held against the reference's own table."""

import csv
from importlib.resources import files

import pytest

from handlers.reports.figures.indicators import PARTS, sheet
from handlers.reports.figures.relations import doubts, falls
from handlers.reports.models import State
from handlers.reports.numbering import initials
from handlers.reports.states import TRANSITIONS


def value(number: float, unit: str = "人") -> dict[str, object]:
    return {"value": number, "unit": unit, "words": ""}


def test_every_part_of_the_sheet_has_its_whole() -> None:
    text = (files("handlers.reports") / "data" / "indicators.csv").read_text(encoding="utf-8")
    said = {int(row["no"]) for row in csv.DictReader(text.splitlines()) if "<=" in row["relation"]}
    assert said <= {part for part, _ in PARTS}
    assert [one.number for one in sheet()] == list(range(1, 67))


def test_sums_hold_where_all_parts_are_known() -> None:
    values = {
        "紧急转移安置人口(累计值)": value(10), "其中：集中安置人口(累计值)": value(4), "分散安置人口(累计值)": value(5),
    }  # fmt: skip
    assert doubts(values) == ["紧急转移安置人口(累计值)是 10，各项加起来是 9。哪个对？"]


def test_what_falls_needs_a_reason_and_what_is_of_this_moment_may() -> None:
    before = {"因灾受伤人口": value(3), "集中安置点数量(实时值)": value(4)}
    now = {"因灾受伤人口": value(1), "集中安置点数量(实时值)": value(2)}
    assert falls(before, now) == ["因灾受伤人口从 3 变成了 1，少了。请写一句原因。"]


@pytest.mark.parametrize(("name", "letters"), [("青崖县", "QY"), ("昆山市", "KS"), ("盐城市", "YC"), ("珲县", "BG")])
def test_a_countys_letters(name: str, letters: str) -> None:
    assert initials(name) == letters


def test_every_state_has_its_ways() -> None:
    assert set(TRANSITIONS) == set(State)
