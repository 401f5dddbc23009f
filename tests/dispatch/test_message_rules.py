"""Service messages in their longest and their shortest real case, in each language and by each way of answering: they
fit the channels by which they go, begin with what they are about, offer one way to answer, none that nobody hears."""

import re
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest

from bot.channels.oa_reply import limits as reply
from bot.channels.sms import limits as sms
from bot.channels.wecom_app import limits as app
from broadcasts.dispatch.texts.render import macro, render
from handlers.reports.models import Stage

LANGUAGES = ("zh-CN", "ko")
WAYS = {
    "digits": {"hears": True, "link": "https://warn.example.invalid/h5/duty?by=wecom", "phone": "0873-1234567"},
    "page": {"hears": False, "link": "https://warn.example.invalid/h5/duty?by=wecom", "phone": "0873-1234567"},
    "telephone": {"hears": False, "link": "", "phone": "0873-1234567"},
    "nothing": {"hears": False, "link": "", "phone": ""},
}
POST, NAME, PLACE, WHEN = "镇值班室" * 8, "阿卜杜拉·买买提" * 3, "青崖县柳湾镇柳湾村", "7月12日凌晨2:38"
SWAP = {"post": POST, "giver": NAME, "taker": NAME, "starts": WHEN, "ends": WHEN, "role": "值班", "back": WHEN}
LONG: dict[str, dict[str, Any]] = {
    "before": {"starts": WHEN, "ends": WHEN, "post": POST, "role": "带班领导", "others": "、".join([NAME] * 6)},
    "check": {"until": WHEN, "post": POST},
    "swap_asked": SWAP | {"state": "asked"},
    "swap_waits": SWAP | {"state": "accepted"},
    "swap_over": SWAP | {"state": "declined"},
    "take_over": {"post": POST, "due": WHEN, "text": "交接" * 150, "note": "请注意" * 20},
}
EMPTY = {"others": "", "note": "", "back": "", "post": "站", "giver": "王", "taker": "李", "text": "无"}
SHORT = {name: facts | {key: value for key, value in EMPTY.items() if key in facts} for name, facts in LONG.items()}
GREETINGS = ("尊敬", "您好", "亲爱", "안녕", "존경")
DIGIT = re.compile(r"回 ?[0-9]|[0-9][을를] 보내")


def duty(name: str, language: str, facts: dict[str, Any], way: str) -> str:
    return macro("duty.txt", name, language=language, **facts, **WAYS[way])


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", LONG)
@pytest.mark.parametrize("facts", [LONG, SHORT], ids=["long", "short"])
def test_what_the_roster_says(name: str, language: str, way: str, facts: dict[str, dict[str, Any]]) -> None:
    text = duty(name, language, facts[name], way)
    assert len(text.encode()) <= app.TEXT_BYTES
    rules(text, hears=WAYS[way]["hears"] is True)
    assert text.count("0873-1234567") <= 1  # the number stands there once


def rules(text: str, *, hears: bool) -> None:
    first = text.partition("\n")[0]
    assert first.strip()
    assert not first.startswith(GREETINGS)
    assert text.count("https://") <= 1
    assert not (DIGIT.search(text) and "https://" in text)  # never a link where a digit would do
    if not hears:
        assert not DIGIT.search(text), text
    assert "\n\n\n" not in text


REPORT = SimpleNamespace(
    number="QY0711-001",
    version=1,
    stage=Stage.first,
    group="三组",
    words="三组垮坡",
    comment="请说清是几组几户，照片里看不到门牌。" * 8,
)
MISSING = ["place", "casualties", "evacuated", "houses", "crops"]
ASKED = "“十几户”是多少户？知道准数了请再报。"
FILED: dict[str, Any] = {
    **{"place": PLACE, "understood": ["农作物受灾面积 1 公顷（15亩）"] * 7, "asks": [ASKED] * 3, "missing": MISSING},
    **{"phone": "000-0001", "same": False, "apart": "QY0711-002", "given_up": "QY0711-003"},
}
NOTHING: dict[str, Any] = {"understood": [], "asks": [], "missing": [], "apart": "", "given_up": "", "place": "柳湾村"}
BARE = FILED | NOTHING


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("facts", [FILED, BARE], ids=["long", "short"])
@pytest.mark.parametrize(
    ("link", "question"), [("https://warn.example.invalid/h5/report/0?by=oa", ""), ("", "crops"), ("", "")]
)
def test_the_receipt_of_a_report(language: str, facts: dict[str, Any], link: str, question: str) -> None:
    text = macro("report.txt", "filed", language=language, r=REPORT, link=link, question=question, **facts)
    assert len(text.encode()) <= min(app.TEXT_BYTES, reply.TEXT_BYTES, sms.TEXT_BYTES)
    assert "QY0711-001" in text[:20]
    rules(text, hears=True)


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_becomes_of_a_report(language: str) -> None:
    told: Callable[..., str] = lambda name, **more: macro("report.txt", name, language=language, r=REPORT, **more)  # noqa: E731
    for name in ("confirmed", "returned", "joined", "parted"):
        text = told(name, link="", incident="7·12 柳湾镇山洪")
        assert "QY0711-001" in text[:20]
        assert len(text.encode()) <= sms.TEXT_BYTES
        rules(text, hears=True)
    for name in ("picture", "video", "located"):
        assert len(told(name).encode()) <= sms.TEXT_BYTES


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("way", WAYS)
def test_a_test_of_reachability(language: str, way: str) -> None:
    facts = WAYS[way] | {"text": "本月联络测试。", "asks": True}
    text = render("reminder.txt", language=language, **facts)
    assert text.startswith("本月联络测试。")
    rules(text, hears=WAYS[way]["hears"] is True)
    assert ("0873-1234567" in text) is (way == "telephone")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("many", [1, 300])
def test_what_somebody_forwards_or_plays(language: str, many: int) -> None:
    names = [f"柳湾镇第{n}村村民群" for n in range(min(many, 12))]
    for template in ("relay.txt", "keeper.txt"):
        for link in ("https://warn.example.invalid/h5/relay?by=wecom", ""):
            text = render(template, language=language, head="红色暴雨 青崖县", names=names, count=many, link=link)
            assert text.startswith("红色暴雨 青崖县")
            assert len(text.encode()) <= app.TEXT_BYTES
            rules(text, hears=True)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("facts", [("柳湾镇山洪避险实战演练" * 5, "孙和平", "000-0001"), ("演练", "孙", "")])
def test_what_is_said_of_a_drill(language: str, facts: tuple[str, str, str]) -> None:
    name, leader, phone = facts
    told = [
        macro("drill.txt", "before", language=language, name=name, starts=WHEN, place=PLACE, form="实战", leader=leader,
              phone=phone),
        macro("drill.txt", "paused", language=language, why="青崖县气象台发布暴雨红色预警信号", earnest=True),
        macro("drill.txt", "paused", language=language, why="", earnest=False),
        macro("drill.txt", "resumed", language=language, name=name),
        macro("drill.txt", "ended", language=language, name=name),
        macro("drill.txt", "cancelled", language=language, name=name, starts=WHEN, why="下雨" * 30),
    ]  # fmt: skip
    for text in told:
        assert len(text.encode()) <= sms.TEXT_BYTES
        rules(text, hears=False)
