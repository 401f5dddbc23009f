"""The last lines of an alert's message: a road that is not open is not offered."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from broadcasts.alerts.models import Alert, Kind, Status
from broadcasts.dispatch.sending.roads import Roads
from broadcasts.dispatch.states import Purpose
from broadcasts.dispatch.texts.alert_text import Again, AlertText
from broadcasts.hazards.grades import Grade

NOW = datetime(2026, 7, 11, 19, 6, tzinfo=UTC)
DIGITS = "回复 1 收到 2 去不了，换人 3 需要支援"
PHONE = "值班电话 000-0000"
PAGE = "https://w.example/h5/a/ABCDEFGH?by=wecom"
PROOF = f"看全文、查真伪：{PAGE}"
NONE = Roads(frozenset())
LINK = Roads(frozenset(), base_url="https://w.example")
HEARS = Roads(frozenset(), base_url="https://w.example", hears_wecom=True)


def text(
    roads: Roads, *, asked: bool, channel: str = "wecom_app", again: Again | None = None, clear: bool = False
) -> list[str]:
    alert = Alert(
        uid="u", thread="u", kind=Kind.signal, status=Status.issued, msg_type="Alert", identifier="i", sender="s",
        sender_name="青崖县气象台", sent=NOW, expires=NOW + timedelta(hours=3), event="暴雨", event_code="11B03",
        grade=Grade.red, headline="h", content={"infos": [{"language": "zh-CN", "description": "大雨。"}]},
        received_at=NOW,
    )  # fmt: skip
    purpose = Purpose.all_clear if clear else Purpose.first
    zone = ZoneInfo("Asia/Shanghai")
    made = AlertText(
        alert, purpose, None, "青崖县", "000-0000", [], NOW, zone, roads, "ABCDEFGH", asked=asked, again=again
    )
    (whole,) = made.write(channel, "灾害信息员", "zh-CN", 2048)
    return whole.split("\n")


@pytest.mark.parametrize(
    ("roads", "asked", "channel", "ends"),
    [
        (NONE, True, "wecom_app", ["", PHONE]),
        (LINK, True, "wecom_app", ["", f"请点这里应答：{PAGE}", PHONE]),
        (HEARS, True, "wecom_app", ["", DIGITS, PROOF, PHONE]),
        (HEARS, False, "wecom_app", ["", PHONE]),
        (HEARS, False, "wecom_robot", ["", f"群里回复系统看不到，请点这里：{PAGE}"]),
        (NONE, False, "wecom_robot", ["", "群里回复系统看不到，请打电话 000-0000。"]),
    ],
)
def test_one_answer_and_only_by_an_open_road(roads: Roads, asked: bool, channel: str, ends: list[str]) -> None:
    assert text(roads, asked=asked, channel=channel)[-len(ends) :] == ends


def test_a_reminder_keeps_the_first_line_and_differs_in_the_second() -> None:
    first, again = text(HEARS, asked=True), text(HEARS, asked=True, again=Again(2))
    assert again[0] == first[0] == "红色暴雨 青崖县"
    assert again[1] == "第 2 次 03:06。还没有收到您的应答。"
    assert again[2:] == first[1:]


def test_the_B_role_reads_first_whose_place_she_takes() -> None:
    named = text(HEARS, asked=True, again=Again(2, "李秀英", "柳湾村"))
    assert named[:2] == ["您的 A 角 李秀英 未应：红色暴雨 柳湾村", "第 2 次 03:06。请您现在去做，并应答。"]
    assert named[-3:] == [DIGITS, PROOF, PHONE]
