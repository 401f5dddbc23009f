"""A pasted text: what is proposed, from which letters, and the message that is made of what is confirmed."""

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from broadcasts.hazards.grades import Grade
from broadcasts.intake.message import Form, MessageArea
from broadcasts.intake.readers.moments import issued
from broadcasts.intake.readers.paste import PLAIN, Proposal, propose, to_message
from broadcasts.intake.readers.times import CHINA

NOW = datetime(2026, 7, 12, 2, 45, tzinfo=CHINA)
RED = "青崖县气象台2026年7月12日02时38分发布暴雨红色预警信号：过去3小时，柳湾镇、石桥乡雨量已达80毫米，请注意防范。"
FIELDS = ("station", "hazard", "event_code", "colour", "sent", "msg_type")


def values(found: Proposal) -> dict[str, Any]:
    return {name: proposed.value if (proposed := getattr(found, name)) else None for name in FIELDS}


def test_the_whole_of_a_signal() -> None:
    found = propose(RED, NOW)
    assert values(found) == {
        "station": "青崖县气象台",
        "hazard": "暴雨",
        "event_code": "11B03",
        "colour": Grade.red,
        "sent": datetime(2026, 7, 12, 2, 38, tzinfo=CHINA),
        "msg_type": "Alert",
    }
    words = {name: RED[getattr(found, name).start : getattr(found, name).end] for name in FIELDS}
    assert words == {
        "station": "青崖县气象台",
        "hazard": "暴雨",
        "event_code": "暴雨",
        "colour": "红色",
        "sent": "2026年7月12日02时38分",
        "msg_type": "发布",
    }
    assert [RED[area.start : area.end] for area in found.areas] == ["柳湾镇", "石桥乡"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "青崖县气象台７月１２日２时发布大雾橙色预警信号",
            {"station": "青崖县气象台", "hazard": "大雾", "msg_type": "Alert"},
        ),
        ("青崖县气象台12日2时将暴雨黄色预警信号升级为暴雨红色预警信号", {"colour": Grade.red, "msg_type": "Update"}),
        ("青崖县气象台继续发布雷电黄色预警信号", {"hazard": "雷电", "msg_type": "Update", "sent": None}),
        ("青崖县气象台更新暴雨橙色预警信号", {"msg_type": "Update", "colour": Grade.orange}),
        ("青崖县气象台暴雨红色预警降级为橙色", {"msg_type": "Update", "colour": Grade.orange}),
        ("青崖县气象台8时解除暴雨红色预警信号", {"msg_type": "Cancel", "colour": Grade.red}),
        ("青崖县气象台解除暴雨橙色预警，发布暴雨黄色预警。", {"msg_type": "Update", "colour": Grade.yellow}),
        (
            "青崖县自然资源局和青崖县气象局联合发布地质灾害气象风险橙色预警：柳湾镇风险高",
            {"station": "青崖县自然资源局和青崖县气象局", "event_code": "11B37", "colour": Grade.orange},
        ),
        ("青崖县气象灾害防御指挥部发布暴雨红色预警", {"station": "青崖县气象灾害防御指挥部", "hazard": "暴雨"}),
        ("据青崖县气象台消息，发布凝冻黄色预警", {"station": "青崖县气象台", "hazard": "凝冻", "event_code": None}),
        ("青崖县水利局发布山洪灾害红色预警", {"station": "青崖县水利局", "event_code": "11A51"}),
        ("今晚有大雨", {"station": None, "colour": None, "msg_type": None, "sent": None}),
        ("", dict.fromkeys(FIELDS)),
    ],
)
def test_what_is_proposed(text: str, expected: dict[str, Any]) -> None:
    found = values(propose(text, NOW))
    assert {name: found[name] for name in expected} == expected


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("2026年7月12日02时38分发布", "2026-07-12 02:38"),
        ("７月１２日２时３８分发布", "2026-07-12 02:38"),
        ("12日2时发布", "2026-07-12 02:00"),
        ("2时38分发布", "2026-07-12 02:38"),
        ("23时50分发布", "2026-07-11 23:50"),
        ("今天2时30分发布", "2026-07-12 02:30"),
        ("昨晚11时20分发布", "2026-07-11 23:20"),
        ("昨日下午3点整发布", "2026-07-11 15:00"),
        ("7月11日24时发布", "2026-07-12 00:00"),
        ("11日中午12时发布", "2026-07-11 12:00"),
        ("2026-07-12 02:38:15 发布", "2026-07-12 02:38"),
        ("2026/7/12 2:38发布", "2026-07-12 02:38"),
        ("12月31日23时发布", "2025-12-31 23:00"),
        ("30日8时发布", "2026-06-30 08:00"),
        ("预计7月12日08时至13日08时有雨，发布时间：2026年7月12日02时38分", "2026-07-12 02:38"),
        ("预计未来3小时有雨", None),
        ("7月12日发布", None),
        ("2月30日8时发布", None),
        ("13月1日8时发布", None),
        ("7月12日25时发布", None),
    ],
)
def test_times(text: str, at: str | None) -> None:
    found = issued(text.translate(PLAIN), NOW)
    assert (found[0] if found else None) == (
        datetime.strptime(at, "%Y-%m-%d %H:%M").replace(tzinfo=CHINA) if at else None
    )


def test_a_year_left_out_is_the_nearest() -> None:
    new_year = datetime(2027, 1, 1, 0, 5, tzinfo=CHINA)
    found = issued("12月31日23时58分发布", new_year.astimezone(UTC))
    assert found
    assert found[0] == datetime(2026, 12, 31, 23, 58, tzinfo=CHINA)


@pytest.mark.parametrize(
    ("body", "places", "areas"),
    [
        ("预计未来6小时我县柳湾、石桥、青龙等乡镇将有暴雨", (), ["我县", "柳湾", "石桥", "青龙"]),
        ("预计柳湾镇和石桥乡有暴雨，山区、低洼地区注意", (), ["柳湾镇", "石桥乡"]),
        ("柳湾村和柳湾有雨", ("柳湾", "柳湾村", "石桥"), ["柳湾村", "柳湾"]),
        ("其他地方有雨", ("柳湾",), ["青崖县"]),
        ("请各乡镇注意", (), ["青崖县"]),
    ],
)
def test_areas(body: str, places: tuple[str, ...], areas: list[str]) -> None:
    text = f"青崖县气象台发布暴雨红色预警信号：{body}。"
    found = propose(text, NOW, places).areas
    assert [area.value for area in found] == areas
    assert [text[area.start : area.end] for area in found] == areas


@given(st.text(alphabet="青崖县气象台2026年７月12日02时38分:发布解除暴雨红色预警、镇乡，。 \n", max_size=60))
def test_any_text_has_a_proposal_within_itself(text: str) -> None:
    found = propose(text, NOW)
    for proposed in (*(getattr(found, name) for name in FIELDS), *found.areas):
        assert proposed is None or 0 <= proposed.start < proposed.end <= len(text)


@pytest.mark.parametrize("text", ["解除" * 50_000, " " * 100_000, "青崖县气象台和" * 10_000, "1日" * 50_000])
def test_a_long_text_takes_no_time(text: str) -> None:
    assert propose(RED + text, NOW).colour == propose(RED, NOW).colour


def test_the_message_of_what_is_confirmed() -> None:
    areas = (MessageArea("青崖县", ("331199",)),)
    sent = datetime(2026, 7, 12, 2, 38, tzinfo=CHINA)
    message = to_message(
        RED, station="青崖县气象台", sent=sent, event="暴雨", event_code="11B03", colour=Grade.red, areas=areas
    )
    assert (message.form, message.sender, message.sent) == (Form.paste, "青崖县气象台", sent)
    assert message.raw == RED.encode()
    info = message.main
    assert info.description == RED
    assert info.headline == "青崖县气象台2026年7月12日02时38分发布暴雨红色预警信号"
    assert (info.event, info.event_code, info.colour, info.severity) == ("暴雨", "11B03", Grade.red, "Extreme")
    assert info.areas == areas
    assert message.status == "Actual"


def test_pasting_twice_is_one_message() -> None:
    def identifier(text: str, given: str = "") -> str:
        return to_message(text, station="a", sent=NOW, event="b", colour=None, identifier=given).identifier

    assert identifier(RED) == identifier(f"\n{RED} ") != identifier(RED + "x")
    assert identifier(RED, "33119941600000_20260712023800") == "33119941600000_20260712023800"
