"""What is spoken on the telephone: facts alone of a relayed signal, everything twice, the keys last; whatever is too
long loses advice, never a part of a sentence."""

import json
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.channels.voice.body import frozen
from bot.channels.voice.limits import CALL, NAME, TEXT_BYTES
from broadcasts.alerts.models import Alert, Kind, Status
from broadcasts.audience.models import Advice
from broadcasts.audience.select import Target
from broadcasts.dispatch.sending.roads import Roads
from broadcasts.dispatch.states import Mode, Purpose
from broadcasts.dispatch.texts.alert_text import AlertText
from broadcasts.dispatch.texts.call_text import CallText
from broadcasts.dispatch.texts.drill_forms import DrillForms
from broadcasts.dispatch.texts.forms import plain
from broadcasts.dispatch.texts.marks import MARK
from broadcasts.hazards.grades import Grade

NOW = datetime(2026, 7, 11, 18, 40, tzinfo=UTC)
ZONE = ZoneInfo("Asia/Shanghai")
VERBATIM = "过去3小时已出现强暴雨，预计未来3小时仍将持续，请注意防范。"
KEYS = "收到请按1，去不了请按2，需要支援请按3。"
ROADS = Roads(frozenset(), languages=frozenset({"ko"}))


def alert(kind: Kind = Kind.signal, text: str = VERBATIM, expires: datetime | None = NOW + timedelta(hours=3)) -> Alert:
    info = {"language": "zh-CN", "description": text}
    return Alert(
        uid="u", thread="u", kind=kind, status=Status.issued, msg_type="Alert", identifier="x", sender="s",
        sender_name="青崖县气象台", sent=NOW, event="暴雨", event_code="11B03", grade=Grade.red, headline="h",
        content={"infos": [info]}, expires=expires, received_at=NOW,
    )  # fmt: skip


def call(told: Alert, lines: str = "叫醒河边人家\n往柳湾小学走", clip: str = "") -> CallText:
    signed = Advice(grade="red", role="灾害信息员", lines=lines, signed_by="县局", signed_on=date(2026, 7, 1))
    text = AlertText(told, Purpose.first, None, "青崖县", "000-0000", [signed], NOW, ZONE, ROADS)
    return CallText(text, "青崖县", clip)


def said(made: CallText, language: str = "zh-CN") -> str:
    return made.write(NAME, "灾害信息员", language, TEXT_BYTES)[0]


def test_a_signals_own_facts_are_spoken_twice_and_its_words_stay_in_the_message() -> None:
    once = (
        "红色暴雨，青崖县。青崖县气象台今天凌晨2点40分发布。"
        "现在要做：叫醒河边人家，往柳湾小学走。到今天早上5点40分为止。"
    )
    assert said(call(alert())) == f"青崖县值班室来电。{once}再说一遍。{once}{KEYS}"


def test_without_an_end_and_without_advice_it_is_short() -> None:
    once = "红色暴雨，青崖县。青崖县气象台今天凌晨2点40分发布。"
    made = call(alert(expires=None))
    assert made.write(NAME, "值班员", "zh-CN", TEXT_BYTES) == [f"青崖县值班室来电。{once}再说一遍。{once}{KEYS}"]


def test_what_is_too_long_loses_its_advice_and_nothing_else() -> None:
    lines = "\n".join("带" + "人" * 110 for _ in range(3))
    made = said(call(alert(), lines))
    assert len(made.encode()) <= TEXT_BYTES
    assert made.count("带" + "人" * 110) in {0, 2, 4}
    assert made.endswith(KEYS)


def test_what_the_county_says_itself_is_spoken_in_whole_sentences() -> None:
    text = "柳湾村三组的人现在就走。往柳湾小学去。" + "雨还要下。" * 60
    made = said(call(alert(Kind.notice, text)))
    spoken = made.split("再说一遍。")[0]
    assert "柳湾村三组的人现在就走。往柳湾小学去。雨还要下。" in spoken
    assert len(made.encode()) <= TEXT_BYTES
    assert spoken.count("雨还要下。") < 60


def test_in_korean_the_frame_is_korean_and_the_facts_stay() -> None:
    made = said(call(alert()), "ko")
    assert made.startswith("青崖县 당직실입니다. 红色暴雨，青崖县。")
    assert made.endswith("확인은 1번, 갈 수 없으면 2번, 지원이 필요하면 3번을 눌러 주십시오.")


@pytest.mark.parametrize("clip", ["", "https://warn.example.invalid/clips/x.mp3"])
def test_a_drill_is_one_to_the_ear_before_anything_else_and_after_it(clip: str) -> None:
    made = call(alert(Kind.drill), clip=clip)
    target = Target("person", 1, 1, None, "灾害信息员", "zh-CN", Mode.wake, {NAME: "sealed"})
    forms = DrillForms(made)
    form = forms.of(NAME, target)
    (part,) = forms.shape(form, NAME, "灾害信息员", "zh-CN", TEXT_BYTES, made.write).parts
    spoken = plain(CALL, part)
    assert spoken.startswith(f"{MARK}这是演练。青崖县值班室来电。")
    assert spoken.endswith(f"{KEYS}这是演练。{MARK}")
    assert len(spoken.encode()) <= TEXT_BYTES
    assert json.loads(part)["clip"] == clip


def test_a_drill_that_is_nearly_too_long_still_fits() -> None:
    for letters in range(80, 130):
        made = call(alert(Kind.drill), "\n".join("带" + "人" * letters for _ in range(3)))
        part = DrillForms(made).shape(CALL, NAME, "灾害信息员", "zh-CN", TEXT_BYTES, made.write).parts[0]
        assert len(plain(CALL, part).encode()) <= TEXT_BYTES


def test_the_same_words_are_frozen_to_the_same_bytes() -> None:
    assert frozen("走", "ko", "c") == frozen("走", "ko", "c") != frozen("走", "ko")
