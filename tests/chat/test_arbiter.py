"""What a digit means, by what is open and what we last asked."""

from datetime import UTC, datetime, timedelta

import pytest

from handlers.chat.answers.arbiter import WHICH, Asked, Decision, Meaning, Owing, Rung, answer, at_the_door, digit
from handlers.chat.understand.intents import Intent

RAIN, WIND = Rung("rain", ("暴雨", "红色")), Rung("wind", ("大风", "橙色"))
RAIN_DONE, WIND_DONE = (
    Rung("rain", ("暴雨", "红色"), Intent.received, True),
    Rung("wind", ("大风", "橙色"), Intent.received),
)
MENU, PLACE = Asked("menu"), Asked("place")
ASKS_WHICH = Asked(WHICH, Intent.cannot, ("rain", "wind"))
ONE = Decision(Meaning.answer, Intent.received, ("rain",))


@pytest.mark.parametrize(
    ("n", "rest", "rungs", "asked", "expected"),
    [
        # one alert
        (1, "", [RAIN], None, ONE),
        (2, "", [RAIN], None, Decision(Meaning.answer, Intent.cannot, ("rain",))),
        (3, "", [RAIN], None, Decision(Meaning.answer, Intent.help, ("rain",))),
        (3, "桥头缺沙袋", [RAIN], None, Decision(Meaning.answer, Intent.help, ("rain",))),
        (5, "", [RAIN], None, Decision(Meaning.beyond)),
        # a live rung comes before what we had offered
        (1, "", [RAIN], MENU, ONE),
        (1, "", [RAIN], PLACE, ONE),
        # what was answered no longer stands before a question that came later
        (1, "", [RAIN_DONE], MENU, Decision(Meaning.choose, choice=1)),
        (3, "", [RAIN_DONE], None, Decision(Meaning.answer, Intent.help, ("rain",))),
        # two alerts: 1 is for both, 2 and 3 ask which, unless it is named
        (1, "", [RAIN, WIND], None, Decision(Meaning.answer, Intent.received, ("rain", "wind"))),
        (2, "", [RAIN, WIND], None, Decision(Meaning.which, Intent.cannot, ("rain", "wind"))),
        (3, "", [RAIN, WIND], MENU, Decision(Meaning.which, Intent.help, ("rain", "wind"))),
        (2, "大风", [RAIN, WIND], None, Decision(Meaning.answer, Intent.cannot, ("wind",))),
        (1, "暴雨", [RAIN, WIND], None, ONE),
        # of two the one that waits is meant
        (3, "", [RAIN_DONE, WIND], None, Decision(Meaning.answer, Intent.help, ("wind",))),
        (3, "暴雨", [RAIN_DONE, WIND], None, Decision(Meaning.answer, Intent.help, ("rain",))),
        (2, "", [RAIN_DONE, WIND_DONE], None, Decision(Meaning.which, Intent.cannot, ("rain", "wind"))),
        # our question which one
        (1, "", [RAIN, WIND], ASKS_WHICH, Decision(Meaning.answer, Intent.cannot, ("rain",))),
        (2, "", [RAIN, WIND], ASKS_WHICH, Decision(Meaning.answer, Intent.cannot, ("wind",))),
        (3, "", [RAIN, WIND], ASKS_WHICH, Decision(Meaning.answer, Intent.cannot, ("rain", "wind"))),
        (4, "", [RAIN, WIND], ASKS_WHICH, Decision(Meaning.which, Intent.cannot, ("rain", "wind"))),
        (0, "", [RAIN, WIND], ASKS_WHICH, Decision(Meaning.leave)),
        # taking back
        (0, "", [RAIN_DONE], None, Decision(Meaning.undo)),
        (0, "", [WIND_DONE], None, Decision(Meaning.settled)),
        (0, "", [RAIN], None, Decision(Meaning.settled)),
        # nothing is open
        (1, "", [], None, Decision(Meaning.nothing)),
        (1, "", [], MENU, Decision(Meaning.choose, choice=1)),
        (0, "", [], None, Decision(Meaning.settled)),
        (0, "", [], MENU, Decision(Meaning.leave)),
        (0, "", [RAIN_DONE], MENU, Decision(Meaning.undo)),
        (0, "", [RAIN_DONE], Asked("erase", zero=True), Decision(Meaning.leave)),
    ],
)
def test_digits(n: int, rest: str, rungs: list[Rung], asked: Asked | None, expected: Decision) -> None:
    assert digit(n, rest, rungs, asked) == expected


@pytest.mark.parametrize(
    ("said", "words", "rungs", "expected"),
    [
        (Intent.received, "收到", [RAIN], ONE),
        (Intent.arrived, "到了", [RAIN, WIND], Decision(Meaning.answer, Intent.arrived, ("rain", "wind"))),
        (Intent.done, "已落实", [RAIN, WIND], Decision(Meaning.which, Intent.done, ("rain", "wind"))),
        (Intent.cannot, "大风那个我去不了", [RAIN, WIND], Decision(Meaning.answer, Intent.cannot, ("wind",))),
        (Intent.cannot, "暴雨大风都去不了", [RAIN, WIND], Decision(Meaning.which, Intent.cannot, ("rain", "wind"))),
        (Intent.help, "需要支援", [], Decision(Meaning.nothing, Intent.help)),
    ],
)
def test_words(said: Intent, words: str, rungs: list[Rung], expected: Decision) -> None:
    assert answer(said, words, rungs) == expected


LIVE, PLAY = (
    Owing(frozenset({Intent.received, Intent.cannot, Intent.help}), ("王建国",), drill) for drill in (False, True)
)
RAIN_PLAYED = Rung("played", ("暴雨", "红色"), Intent.received, drill=True)
TO_RAIN = Decision(Meaning.answer, Intent.help, ("rain",))
TO_OWED = Decision(Meaning.owed, Intent.help)


@pytest.mark.parametrize(
    ("words", "rungs", "owing", "expected"),
    [
        ("", [RAIN_DONE], LIVE, TO_OWED),
        ("", [RAIN_DONE], PLAY, TO_RAIN),
        ("柳湾村", [RAIN_DONE], PLAY, TO_RAIN),
        ("王建国", [RAIN_DONE], PLAY, TO_OWED),
        ("演练", [RAIN_DONE], PLAY, TO_OWED),
        ("", [RAIN_PLAYED], PLAY, TO_OWED),
        ("", [], PLAY, TO_OWED),
    ],
)
def test_who_needs_support_is_not_taken_to_play_while_an_alert_is_live(
    words: str, rungs: list[Rung], owing: Owing, expected: Decision
) -> None:
    assert digit(3, words, rungs, None, owing) == expected
    assert answer(Intent.help, f"{words}需要支援", rungs, owing) == expected


def test_that_it_was_read_may_be_said_of_a_drill() -> None:
    assert digit(1, "", [RAIN_DONE], None, PLAY) == Decision(Meaning.owed, Intent.received)


NOW = datetime(2026, 7, 11, 19, 0, tzinfo=UTC)
BEFORE, AFTER = NOW - timedelta(minutes=5), NOW + timedelta(minutes=5)


@pytest.mark.parametrize(
    ("report", "hint", "expected"),
    [
        (None, None, True),
        (BEFORE, None, True),
        (None, BEFORE, True),
        (AFTER, None, False),
        (None, AFTER, False),
        (BEFORE, AFTER, False),
        (NOW, NOW, True),  # the errand cannot wait
    ],
)
def test_a_picture_goes_to_what_was_told_last(report: datetime | None, hint: datetime | None, expected: bool) -> None:
    assert at_the_door(NOW, [report, hint]) is expected
