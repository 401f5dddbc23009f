"""QWeather's alert v1: made after its documented fields, with a county and texts of our own."""

from datetime import UTC, datetime
from typing import Any

import pytest

from broadcasts.hazards.catalogue import by_qweather
from broadcasts.hazards.grades import Grade
from broadcasts.hazards.tables import qweather
from broadcasts.intake.message import Form, Message, Reference, Unreadable
from broadcasts.intake.readers.read import read
from tests.readers.forms import packed

ITEM: dict[str, Any] = {
    "id": "202607120238000000000001",
    "senderName": "青崖县气象台",
    "issuedTime": "2026-07-12T02:38+08:00",
    "messageType": {"code": "update", "supersedes": ["202607120100000000000001", "202607120238000000000001"]},
    "eventType": {"name": "暴雨", "code": "1003"},
    "urgency": None,
    "severity": "severe",
    "certainty": None,
    "icon": "1003",
    "color": {"code": "orange", "red": 255, "green": 128, "blue": 0, "alpha": 1},
    "effectiveTime": "2026-07-12T02:38+08:00",
    "onsetTime": None,
    "expireTime": "2026-07-12T08:38+08:00",
    "headline": "青崖县气象台更新暴雨橙色预警信号",
    "description": "雨还要下。",
    "instruction": "往高处走。",
}


def one(**changes: Any) -> Message:
    page = {"metadata": {"tag": "t", "zeroResult": False}, "alerts": [{**ITEM, **changes}]}
    found = read(packed(page), "application/json")
    assert found.envelope
    [message] = found.messages
    return message


def test_every_field() -> None:
    message, info = one(), one().main
    assert (message.form, message.identifier, message.sender) == (Form.feed, ITEM["id"], "青崖县气象台")
    assert (message.msg_type, message.references) == ("Update", (Reference("202607120100000000000001"),))
    assert message.sent == datetime(2026, 7, 11, 18, 38, tzinfo=UTC)
    assert (info.event, info.event_code, info.colour, info.severity) == ("暴雨", "11B03", Grade.orange, "Severe")
    assert (info.headline, info.description, info.instruction) == (
        ITEM["headline"],
        ITEM["description"],
        ITEM["instruction"],
    )
    assert (info.effective, info.onset) == (message.sent, None)
    assert info.expires == datetime(2026, 7, 12, 0, 38, tzinfo=UTC)
    assert (info.areas[0].desc, info.areas[0].codes) == ("青崖县", ())


@pytest.mark.parametrize(
    ("changes", "kind"),
    [
        ({"messageType": {"code": "alert", "supersedes": []}, "headline": "青崖县气象台发布暴雨橙色预警信号"}, "Alert"),
        ({"messageType": {"code": "cancel", "supersedes": ["a"]}}, "Cancel"),
        ({"messageType": {"code": "somethingNew"}}, "Update"),  # by its headline
        ({"messageType": None, "headline": "青崖县气象台解除暴雨橙色预警信号"}, "Cancel"),
    ],
)
def test_what_kind_of_message_it_is(changes: dict[str, Any], kind: str) -> None:
    assert one(**changes).msg_type == kind


@pytest.mark.parametrize(
    ("changes", "colour"),
    [
        ({}, Grade.orange),
        ({"color": None}, Grade.orange),
        ({"color": None, "headline": "雨", "severity": "extreme"}, Grade.red),
    ],
)
def test_its_colour(changes: dict[str, Any], colour: Grade) -> None:
    assert one(**changes).main.colour is colour


def test_a_danger_is_found_by_name_else_by_code_and_an_unknown_one_keeps_its_name() -> None:
    assert one(eventType={"name": "", "code": "1003"}).main.event_code == "11B03"
    unknown = one(eventType={"name": "天外来物", "code": "0"}, headline="某事").main
    assert (unknown.event, unknown.event_code) == ("天外来物", None)
    found = by_qweather("1014")
    assert found
    assert found.code == "11B14"
    assert len(qweather()) == 461


def test_a_calm_day_is_no_fault_and_a_changed_shape_is_one() -> None:
    assert read(packed({"metadata": {"zeroResult": True}, "alerts": []})).messages == ()
    with pytest.raises(Unreadable, match="issuedTime"):
        one(issuedTime="soon")
    with pytest.raises(Unreadable, match="headline"):
        one(headline=None)
