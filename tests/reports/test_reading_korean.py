"""A sentence in Korean: numbers with their units, what is denied, where and when; what nobody can read stays whole."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from bot.directory.tree import Tree
from handlers.chat.understand.intents import Intent
from handlers.chat.understand.read import understand
from handlers.reports.models import Kind, Stage
from handlers.reports.reading.korean import chinese
from handlers.reports.reading.read import Reading, read

NOW = datetime(2026, 7, 11, 18, 40, tzinfo=UTC)


def reading(text: str) -> Reading:
    return read(text, Tree({}), None, NOW, ZoneInfo("Asia/Shanghai"))


@pytest.mark.parametrize(
    ("said", "figures"),
    [
        ("5가구 12명 대피", {"转移户数": 5, "紧急避险转移人口": 12}),
        ("다섯 가구 열두 명이 대피했습니다", {"转移户数": 5, "紧急避险转移人口": 12}),
        ("이십 명 대피했습니다", {"紧急避险转移人口": 20}),
        ("2명이 다치고 1명이 실종", {"因灾受伤人口": 2, "因灾失踪人口": 1}),
        ("사망 1명, 부상 3명", {"因灾死亡人口": 1, "因灾受伤人口": 3}),
        ("논 15무 침수", {"农作物受灾面积": 1, "其中：粮食作物受灾面积": 1}),
        ("집 2칸이 물에 잠겼습니다", {"进水房屋间数": 2}),
        ("집 3채가 무너졌습니다", {"倒塌房屋间数": None}),  # a house has more rooms than one: it is asked
        ("소 3마리 죽었습니다", {"因灾死亡牲畜": 3, "其中：因灾死亡大牲畜": 3}),
        ("인명피해 없음", {"因灾死亡人口": 0, "因灾受伤人口": 0}),
        ("인명 피해는 없습니다", {"因灾死亡人口": 0, "因灾受伤人口": 0}),
        ("다친 사람은 없습니다", {"因灾受伤人口": 0}),
        ("집 피해 없음", {"倒塌房屋间数": 0}),
        ("대피 없음", {"紧急避险转移人口": 0}),
        ("몇 명 대피했습니다", {"紧急避险转移人口": None}),
        ("길이 끊겼습니다", {"道路中断处数": None}),
    ],
)
def test_numbers_with_their_units(said: str, figures: dict[str, float | None]) -> None:
    assert {one.name: one.value for one in reading(said).figures} == figures
    assert all(one.words for one in reading(said).figures)


def test_where_when_and_what() -> None:
    made = reading("오늘 새벽 2시 3조 산사태")
    assert (made.place.group, made.hazard, made.kind) == ("3组", "11D01", Kind.disaster)
    assert made.when.at is not None
    assert made.when.at.astimezone(ZoneInfo("Asia/Shanghai")).strftime("%m-%d %H:%M") == "07-12 02:00"


@pytest.mark.parametrize(
    ("said", "stage"),
    [
        ("첫 보고 산사태", Stage.first),
        ("추가보고 QY0711-003 3가구 더 대피", Stage.follow),
        ("확정 보고 5가구 대피", Stage.final),
        ("새로운 피해 없음", Stage.zero),
        ("피해 없습니다.", Stage.zero),
    ],
)
def test_which_report_it_is(said: str, stage: Stage) -> None:
    assert reading(said).stage is stage


def test_the_digits_of_a_reports_number_count_nothing() -> None:
    made = reading("추가보고 QY0711-003 3가구 더 대피")
    assert (made.number, [(one.name, one.value) for one in made.figures]) == ("QY0711-003", [("转移户数", 3)])


def test_what_is_chinese_stays_as_it_is() -> None:
    text = "柳湾村三组垮坡，转移5户12人，没人伤"
    assert chinese(text) is text


def test_a_figure_with_its_unit_is_no_choice() -> None:
    for said in ("2명이 다쳤습니다", "3조 산사태", "2가구 대피했습니다"):
        assert understand(said).intent is Intent.report
    assert understand("2번").intent is Intent.digit
