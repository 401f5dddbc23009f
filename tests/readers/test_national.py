"""The national platform's own XML, by its profile: the sample untouched, and what the sample does not show."""

from datetime import UTC, datetime
from typing import Any

import pytest

from broadcasts.hazards.grades import Grade
from broadcasts.intake.message import Circle, Form, Message, Reference, Resource, Unreadable
from broadcasts.intake.readers.read import read
from tests.readers.forms import NATIONAL, SAMPLES, swapped

SENT = datetime(2012, 10, 25, 1, 15, 58, tzinfo=UTC)


def one(*pairs: tuple[str, str]) -> Message:
    [message] = read(swapped(NATIONAL, *pairs)).messages
    return message


def test_the_sample_untouched() -> None:
    raw = (SAMPLES / "cn_12379_alert.xml").read_bytes()
    [message] = read(raw, "text/xml").messages
    assert message.form is Form.national
    assert (message.identifier, message.sender, message.source) == (
        "33000041600000_20121025091026",
        "浙江省气象局",
        "33000041600000",
    )
    assert message.national
    assert message.sent == SENT
    assert (message.status, message.msg_type, message.scope) == ("Actual", "Alert", "Public")
    assert (message.codes, message.references, message.restriction) == (("SMS",), (), "")
    assert message.raw == raw


def test_the_block_of_the_sample() -> None:
    info = one().main
    assert (info.event, info.event_code, info.colour, info.severity) == ("台风", "11B01", Grade.blue, "Minor")
    assert (info.urgency, info.certainty, info.language) == ("Unknown", "Unknown", "zh-CN")
    assert info.expires == info.onset == info.effective == SENT  # kept, though it is not after the sending
    assert info.sender_name == "浙江省气象局"
    assert info.headline == "浙江省气象局发布台风蓝色预警"
    assert info.description.startswith("24小时内可能或者已经受热带气旋影响,")
    assert info.resources == (Resource("33000041600000_20121025091026_11B01_BLUE_ALERT_O_01.jpg", size="84k"),)
    assert ("SMS.message", "浙江省气象局于2012年10月25日09时发布台风蓝色预警") in info.parameters
    [area] = info.areas
    assert area.desc == "浙江省北部"
    assert area.codes == ("330205004001", "330205004002", "330205004003")
    assert (area.polygons, area.circles) == ((), ())


@pytest.mark.parametrize(
    ("severity", "colour", "cap"),
    [
        ("Red", Grade.red, "Extreme"),
        ("ORANGE", Grade.orange, "Severe"),
        ("yellow", Grade.yellow, "Moderate"),
        ("Blue", Grade.blue, "Minor"),
        ("Unknown", None, "Unknown"),
    ],
)
def test_colours_are_its_severity(severity: str, colour: Grade | None, cap: str) -> None:
    info = one((">Blue<", f">{severity}<")).main
    assert (info.colour, info.severity) == (colour, cap)


@pytest.mark.parametrize(
    ("text", "kind", "references"),
    [
        ("33000041600000_20121025091026", "Alert", ()),
        ("33000041600000_20121024000000", "Update", (Reference("33000041600000_20121024000000"),)),
        ("33000041600000_20121024000000_1", "Cancel", (Reference("33000041600000_20121024000000_1"),)),
        ("", "Cancel", ()),
    ],
)
def test_references_name_the_first_message(text: str, kind: str, references: Any) -> None:
    message = one(("<references/>", f"<references>{text}</references>"), (">Alert<", f">{kind}<"))
    assert (message.msg_type, message.references) == (kind, references)


@pytest.mark.parametrize(
    ("identifier", "national"),
    [
        ("33000041600000_20121025091026", True),
        ("33000041600000_20121025091026_0", True),
        ("33000041600000_20121025091026_12", False),
        ("33000041600000-20121025091026", False),
        ("ZJ-1", False),
    ],
)
def test_which_identifiers_are_national(identifier: str, national: bool) -> None:
    assert (
        one(
            ("<identifier>33000041600000_20121025091026<", f"<identifier>{identifier}<"),
        ).national
        is national
    )


def test_shapes_in_metres_and_either_order() -> None:
    area = one(
        (
            "<polygon/>",
            "<polygon>28,119 28.1,119 28,119.1 28,119</polygon><polygon>119,28 119,28.1 119.1,28</polygon>",
        ),
        ("<circle/>", "<circle>28.05,119.05 3500</circle>"),
        ("330205004001,330205004002,330205004003", "331199, 33119900100000，x1"),
    ).main.areas[0]
    assert area.polygons == (
        ((28, 119), (28.1, 119), (28, 119.1), (28, 119)),
        ((28, 119), (28.1, 119), (28, 119.1), (28, 119)),
    )
    assert area.circles == (Circle(28.05, 119.05, 3.5),)
    assert area.codes == ("331199", "33119900100000")
    assert area.other_codes == (("geocode", "x1"),)


def test_channels_phone_and_class() -> None:
    method = "<method><methodName>LED</methodName><message/></method>"
    message = one(
        ("</method>", f"</method>{method}"),
        ("<sendTime>", "<phone>0578-1</phone><sendTime>"),
        ("<secClassification/>", "<secClassification>Inner</secClassification>"),
        ("<senderName>浙江省气象局<", "<senderName>陈值班<"),
    )
    assert (message.codes, message.restriction) == (("SMS", "LED"), "Inner")
    assert (message.main.contact, message.main.sender_name) == ("0578-1", "浙江省气象局")
    assert ("senderName", "陈值班") in message.main.parameters


@pytest.mark.parametrize(
    ("code", "headline", "event"),
    [
        ("11B03", "x", "暴雨"),
        ("11Z77", "青崖县气象台发布凝冻黄色预警", "凝冻"),
        ("11Z77", "青崖县气象台发布暴雨黄色预警", "暴雨"),
        ("11Z77", "x", "11Z77"),
    ],
)
def test_an_unknown_code_is_shown_by_name(code: str, headline: str, event: str) -> None:
    info = one((">11B01<", f">{code}<"), ("<headline>浙江省气象局发布台风蓝色预警", f"<headline>{headline}")).main
    assert (info.event, info.event_code) == (event, code)


@pytest.mark.parametrize("namespace", ['xmlns="http://com.icss.amp"', ""])
def test_with_and_without_its_namespace(namespace: str) -> None:
    assert one(('xmlns="http://com.icss.amp"', namespace)).infos == one().infos


@pytest.mark.parametrize(
    ("old", "new", "path", "words"),
    [
        ("<sender>浙江省气象局</sender>", "", "/alert", "<sender>"),
        ("<senderCode>33000041600000</senderCode>", "<senderCode> </senderCode>", "/alert/senderCode", "<senderCode>"),
        ("<sendTime>2012-10-25 09:15:58+08:00</sendTime>", "", "/alert", "<sendTime>"),
        ("<sendTime>2012-10-25 09:15:58+08:00", "<sendTime>昨天", "/alert/sendTime", "2026-07-12 02:38:00+08:00"),
        ("<status>Actual", "<status>Live", "/alert/status", "Actual、Exercise"),
        ("<msgType>Alert", "<msgType>Alarm", "/alert/msgType", "Cancel"),
        ("<scope>Public</scope>", "", "/alert", "<scope>"),
        ("<eventType>11B01</eventType>", "", "/alert/info", "<eventType>"),
        ("<severity>Blue</severity>", "", "/alert/info", "<severity>"),
        ("<headline>浙江省气象局发布台风蓝色预警</headline>", "<headline/>", "/alert/info/headline", "<headline>"),
        ("<areaDesc>浙江省北部</areaDesc>", "", "/alert/info/area", "<areaDesc>"),
        ("330205004001,330205004002,330205004003", "", "/alert/info/area", "行政区划"),
    ],
)
def test_what_is_mandatory_and_missing_is_refused(old: str, new: str, path: str, words: str) -> None:
    with pytest.raises(Unreadable) as caught:
        one((old, new))
    [fault] = caught.value.errors
    assert (fault.path, fault.line is not None) == (path, True)
    assert words in fault.message


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("<urgency>Unknown</urgency>", ""),
        ("<certainty>Unknown</certainty>", "<certainty>VeryLikely</certainty>"),
        ("<expires>2012-10-25 09:15:58+08:00</expires>", "<expires>soon</expires>"),
        ("<size>84k</size>", ""),
        ("<methodName>SMS</methodName>", ""),
        ("<instruction>", "<extra>1</extra><instruction>"),
        ("<status>Actual", "<status>ACTUAL"),
    ],
)
def test_nothing_else_is_refused(old: str, new: str) -> None:
    assert one((old, new)).status == "Actual"


def test_an_area_with_a_shape_needs_no_code() -> None:
    pairs = ("330205004001,330205004002,330205004003", ""), ("<circle/>", "<circle>28,119 500</circle>")
    assert one(*pairs).main.areas[0].circles
