"""The colour of an info block: a parameter that names it, else the headline's words, else severity."""

import pytest

from broadcasts.hazards.grades import Grade
from broadcasts.intake.readers.colour import colour, in_words, plain, spoken


@pytest.mark.parametrize(
    ("parameters", "words", "severity", "found"),
    [
        ([("ColorCN", "橙色")], ["青崖县气象台发布暴雨红色预警"], "Minor", Grade.orange),
        ([("severity colour", "Yellow")], [], "Extreme", Grade.yellow),
        ([("awareness_level", "3; orange; Severe")], [], "Minor", Grade.orange),
        ([("预警级别", "红")], [], "Unknown", Grade.red),
        ([("color", "#FF0000")], ["发布暴雨蓝色预警"], "Extreme", Grade.blue),
        ([("shelter", "red house")], ["发布暴雨蓝色预警"], "Extreme", Grade.blue),
        ([], ["no colour here", "暴雨橙色预警"], "Minor", Grade.orange),
        ([], ["Flash flood", "x"], "Severe", Grade.orange),
        ([], [], "Extreme", Grade.red),
        ([], [], "Moderate", Grade.yellow),
        ([], [], "Minor", Grade.blue),
        ([], [], "Unknown", None),
    ],
)
def test_colour(parameters: list[tuple[str, str]], words: list[str], severity: str, found: Grade | None) -> None:
    assert colour(parameters, words, severity) is found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("青崖县气象台发布暴雨红色预警信号", Grade.red),
        ("广东发布台风白色预警信号", Grade.white),
        ("發布颱風紅色警報", Grade.red),
        ("红河州气象台发布暴雨蓝色预警信号", Grade.blue),
        ("将暴雨黄色预警信号升级为橙色预警信号", Grade.orange),
        ("暴雨红色预警降级为暴雨橙色预警", Grade.orange),
        ("暴雨橙色预警信号变更为黄色", Grade.yellow),
        ("解除暴雨橙色预警信号，发布暴雨黄色预警信号", Grade.yellow),
        ("解除暴雨红色预警信号", Grade.red),
        ("升级发布暴雨红色预警信号", Grade.red),
        ("暴雨（红色）", Grade.red),
        ("X Observatory updates blue warning for flash flood disasters [Level IV/General]", Grade.blue),
        ("Red rainstorm warning signal", Grade.red),
        ("Blue River County issues orange early warning", Grade.orange),
        ("Red River floods", None),
        ("青崖县有雨", None),
        ("", None),
    ],
)
def test_in_words(text: str, found: Grade | None) -> None:
    assert in_words(text) is found


@pytest.mark.parametrize(
    ("value", "found"),
    [("红", Grade.red), ("橙色", Grade.orange), ("BLUE", Grade.blue), ("藍色", Grade.blue), ("pink", None), ("", None)],
)
def test_plain(value: str, found: Grade | None) -> None:
    assert plain(value) is found


def test_the_span_is_the_word() -> None:
    text = "将暴雨黄色预警信号升级为橙色预警信号"
    assert spoken(text) == (Grade.orange, text.index("橙色"), text.index("橙色") + 2)
