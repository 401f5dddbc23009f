"""OASIS CAP 1.2 in full, 1.1 converted; what the schema calls invalid is refused with path and line."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from broadcasts.hazards.grades import Grade
from broadcasts.intake.message import Circle, Fault, Form, Message, Reference, Resource, Unreadable
from broadcasts.intake.readers.read import read
from tests.readers.forms import CAP, CAP11, CAP12, SAMPLES, cap, swapped


def one(raw: bytes) -> Message:
    found = read(raw)
    assert not found.envelope
    return found.messages[0]


def faults(raw: bytes) -> list[Fault]:
    with pytest.raises(Unreadable) as caught:
        read(raw)
    return list(caught.value.errors)


def test_every_field_of_the_alert() -> None:
    message = one(CAP.encode())
    assert message.form is Form.cap
    assert (message.identifier, message.sender, message.national) == ("QY-1", "qingya@example.cn", False)
    assert message.sent == datetime(2026, 7, 11, 18, 38, tzinfo=UTC)
    assert message.sent.utcoffset() == timedelta(hours=8)
    assert (message.status, message.msg_type, message.scope) == ("Actual", "Update", "Public")
    assert (message.source, message.note, message.incidents) == ("值班一", "说明", "incident-7")
    assert (message.addresses, message.codes) == ('"a b" c', ("c1", "c2"))
    assert message.references == (
        Reference("i1", "s1", datetime(2026, 7, 11, 17, 0, tzinfo=UTC)),
        Reference("i2", "s2", datetime(2026, 7, 11, 15, 0, tzinfo=UTC)),
    )
    assert message.raw == CAP.encode()
    assert read(CAP.encode()).doubts == ()


def test_every_field_of_the_chinese_block() -> None:
    message = one(CAP.encode())
    info = message.main
    assert [block.language for block in message.infos] == ["en-US", "zh-CN"]
    assert (info.event, info.event_code, info.colour) == ("暴雨", "11B03", Grade.red)
    assert (info.urgency, info.severity, info.certainty) == ("Immediate", "Extreme", "Observed")
    assert (info.sender_name, info.instruction, info.audience) == ("青崖县气象台", "转移", "全县")
    assert info.description == " 过去3小时\n  雨大 "
    assert info.expires == datetime(2026, 7, 11, 21, 38, tzinfo=UTC)
    assert info.onset == datetime(2026, 7, 11, 19, 0, tzinfo=UTC)
    assert (info.web, info.contact) == ("http://example.cn/1", "0578-1")
    assert info.parameters == (("ColorCN", "红色"),)
    assert info.event_codes == (("national", "11B03"),)
    assert info.resources == (Resource("图", "image/png", "12", "http://example.cn/a.png", "aa"),)
    assert message.infos[0].categories == ("Met", "Safety")
    assert message.infos[0].response_types == ("Evacuate",)
    assert message.infos[0].event_code is None


def test_every_field_of_the_area() -> None:
    [area] = one(CAP.encode()).main.areas
    assert area.desc == "青崖县"
    assert area.codes == ("331199000000",)
    assert area.other_codes == (("SAME", "006017"),)
    assert area.polygons == (((28.0, 119.0), (28.1, 119.0), (28.1, 119.1), (28.0, 119.0)),)
    assert area.circles == (Circle(28.05, 119.05, 3.5),)
    assert (area.altitude, area.ceiling) == (100.0, 200.5)


@pytest.mark.parametrize(
    ("changes", "path", "words"),
    [
        ({"identifier": ""}, "/alert/sender", "<identifier>"),
        ({"sender": ""}, "/alert/sent", "<sender>"),
        ({"sent": ""}, "/alert/status", "<sent>"),
        ({"status": ""}, "/alert/msgType", "<status>"),
        ({"msgType": ""}, "/alert/source", "<msgType>"),
        ({"scope": ""}, "/alert/addresses", "<scope>"),
        ({"identifier": "a b"}, "/alert/identifier", "空格"),
        ({"identifier": "a,b"}, "/alert/identifier", "逗号"),
        ({"sender": "a&lt;b"}, "/alert/sender", "<"),
        ({"sender": "a&amp;b"}, "/alert/sender", "&"),
        ({"sent": "2026-07-12T02:38:00Z"}, "/alert/sent", "不写 Z"),
        ({"sent": "2026-07-12T02:38:00"}, "/alert/sent", "带时区"),
        ({"sent": "2026-07-12 02:38:00+08:00"}, "/alert/sent", "2026-07-12T02:38:00+08:00"),
        ({"sent": "2026-07-12T02:38:00.5+08:00"}, "/alert/sent", "小数秒"),
        ({"sent": "2026-02-30T02:38:00+08:00"}, "/alert/sent", "时间"),
        ({"sent": "0001-01-01T00:00:00+08:00"}, "/alert/sent", "世界时"),
        ({"status": "actual"}, "/alert/status", "Exercise"),
        ({"msgType": "Alarm"}, "/alert/msgType", "Cancel"),
        ({"scope": "All"}, "/alert/scope", "Restricted"),
        ({"category": "Weather"}, "/alert/info[1]/category[1]", "CBRNE"),
        ({"responseType": "Run"}, "/alert/info[1]/responseType", "AllClear"),
        ({"urgency": "Now"}, "/alert/info[1]/urgency", "Immediate"),
        ({"severity": "Red"}, "/alert/info[1]/severity", "Extreme"),
        ({"certainty": "Very Likely"}, "/alert/info[1]/certainty", "Likely"),
        ({"event": ""}, "/alert/info[1]/responseType", "<event>"),
        ({"urgency": ""}, "/alert/info[1]/severity", "<urgency>"),
        ({"expires": "tomorrow"}, "/alert/info[2]/expires", "时间"),
        ({"mimeType": ""}, "/alert/info[2]/resource/size", "<mimeType>"),
        ({"size": "12k"}, "/alert/info[2]/resource/size", "整数"),
        ({"areaDesc": ""}, "/alert/info[2]/area/polygon", "<areaDesc>"),
        ({"altitude": "high"}, "/alert/info[2]/area/altitude", "数字"),
        ({"note": "说明</note><colour>red</colour><note>"}, "/alert/colour", "<references>"),
    ],
)
def test_what_the_schema_calls_invalid_is_refused(changes: dict[str, str], path: str, words: str) -> None:
    [first, *_] = faults(cap(**changes))
    assert first.path == path
    assert words in first.message
    lines = cap(**changes).decode().splitlines()
    assert first.line is not None
    assert f"<{path.split('/')[-1].split('[')[0]}" in lines[first.line - 1]


def test_order_counts() -> None:
    raw = swapped(CAP, ("<scope>Public</scope>\n", ""), ("<incidents>", "<scope>Public</scope><incidents>"))
    assert faults(raw)[0].path == "/alert/addresses"


def test_all_faults_come_at_once() -> None:
    assert [fault.path for fault in faults(cap(status="x", sent="y", severity="z"))] == [
        "/alert/sent",
        "/alert/status",
        "/alert/info[1]/severity",
    ]


def test_no_more_faults_than_anyone_reads() -> None:
    assert len(faults(swapped(CAP, ("</alert>", "<info/>" * 2_000 + "</alert>")))) == 50
    [crowded] = faults(swapped(CAP, ("</alert>", "<info/>" * 200_000 + "</alert>")))
    assert "元素太多" in crowded.message


def test_the_sample_excerpt_says_what_it_lacks() -> None:
    [fault] = faults((SAMPLES / "wmo_cn_cma_excerpt.xml").read_bytes())
    assert (fault.path, fault.line) == ("/alert/info", 9)
    assert "<status>" in fault.message


def completed() -> bytes:
    """The excerpt with what was cut from it put back."""
    text = (SAMPLES / "wmo_cn_cma_excerpt.xml").read_text(encoding="utf-8")
    head = "<status>Actual</status><msgType>Update</msgType><scope>Public</scope>"
    return swapped(
        text,
        ("</sent>", f"</sent>{head}"),
        ("<event>", "<category>Met</category><event>"),
        (
            "<severity>Minor</severity>",
            "<urgency>Future</urgency><severity>Minor</severity><certainty>Likely</certainty>",
        ),
    )


def test_the_sample_completed() -> None:
    message = one(completed())
    assert message.national
    assert message.sender == "Yuanshi_County_Meteorological_Observatory"
    assert (message.main.event, message.main.colour) == ("Flash flood events", Grade.blue)
    assert message.main.areas[0].codes == ("130132000000",)
    assert message.main.expires is None


@pytest.mark.parametrize(
    ("pairs", "path", "found"),
    [
        ([("28.1,119.1 28.0,119.0<", "28.1,119.1<")], "/alert/info[2]/area/polygon", {"polygons": 1}),
        ([("28.0,119.0 28.1,119.0 28.1,119.1 28.0,119.0", "x")], "/alert/info[2]/area/polygon", {"polygons": 0}),
        ([("28.0,119.0 28.1", "98.0,119.0 28.1")], "/alert/info[2]/area/polygon", {"polygons": 0}),
        ([("28.05,119.05 3.5", "28.05 119.05 3.5")], "/alert/info[2]/area/circle", {"circles": 0}),
        ([("28.05,119.05 3.5", "28.05,119.05 -1")], "/alert/info[2]/area/circle", {"circles": 0}),
        ([("<altitude>100</altitude>", "")], "/alert/info[2]/area", {"circles": 1}),
        ([("<ceiling>200.5<", "<ceiling>50<")], "/alert/info[2]/area", {"circles": 1}),
        ([("s1,i1,", "")], "/alert/references", {}),
        ([("s1,i1,", "qingya@example.cn,QY-1,")], "/alert/references", {}),
        ([("<addresses>", "<restriction>x</restriction><addresses>")], "/alert/restriction", {}),
        ([("<scope>Public<", "<scope>Restricted<")], "/alert", {}),
        ([('<scope>Public</scope>\n  <addresses>"a b" c</addresses>', "<scope>Private</scope>")], "/alert", {}),
    ],
)
def test_what_the_prose_asks_is_doubted_not_refused(
    pairs: list[tuple[str, str]], path: str, found: dict[str, int]
) -> None:
    result = read(swapped(CAP, *pairs))
    assert [doubt.path for doubt in result.doubts] == [path]
    area = result.messages[0].main.areas[0]
    for name, count in found.items():
        assert len(getattr(area, name)) == count
        lost = [value for kind, value in area.other_codes if kind == name.rstrip("s")]
        assert len(lost) == (0 if count else 1)


def test_an_open_ring_is_closed() -> None:
    [ring] = one(swapped(CAP, ("28.1,119.1 28.0,119.0<", "28.1,119.1<"))).main.areas[0].polygons
    assert ring[0] == ring[-1]
    assert len(ring) == 4


def test_a_lone_identifier_is_a_reference() -> None:
    raw = cap(references="11000041600000_20260712010000")
    assert one(raw).references == (Reference("11000041600000_20260712010000"),)


def test_cap_1_1_is_converted() -> None:
    raw = swapped(
        CAP,
        (CAP12, CAP11),
        ("<certainty>Observed<", "<certainty>Very Likely<"),
        ("<sent>2026-07-12T02:38:00+08:00<", "<sent>2026-07-11T18:38:00.25Z<"),
        ("<mimeType>image/png</mimeType>", ""),
    )
    message = one(raw)
    assert message.sent == datetime(2026, 7, 11, 18, 38, tzinfo=UTC)
    assert [info.certainty for info in message.infos] == ["Likely", "Likely"]
    assert message.main.resources[0].mime_type == "application/octet-stream"
    assert message.raw == raw
    assert [fault.path for fault in faults(swapped(CAP, (CAP12, CAP11), ("<status>Actual<", "<status>x<")))] == [
        "/alert/status"
    ]
    assert faults(swapped(CAP, (CAP12, CAP11), ("02:38:00+08:00</sent>", "02:38:00</sent>")))[0].path == "/alert/sent"


def test_a_signature_may_end_an_alert() -> None:
    signature = '<Signature xmlns="http://www.w3.org/2000/09/xmldsig#"><SignedInfo/></Signature>'
    assert one(swapped(CAP, ("</alert>", f"{signature}</alert>"))).identifier == "QY-1"
    assert faults(swapped(CAP, ("<scope>", f"{signature}<scope>")))


def test_a_prefix_is_no_other_language() -> None:
    raw = CAP.replace("<", "<cap:").replace("<cap:/", "</cap:").replace("<cap:?", "<?").replace("xmlns=", "xmlns:cap=")
    assert one(raw.encode()).infos == one(CAP.encode()).infos


def test_a_cancel_without_info_has_a_block_to_read() -> None:
    text = CAP[: CAP.index("  <info>")].replace("Update", "Cancel") + "</alert>"
    message = one(text.encode())
    assert (message.main.event, message.main.colour, message.main.description) == ("", None, "说明")


@pytest.mark.parametrize(("field", "value"), [("expires", "2026-07-12T02:38:00+08:00"), ("onset", "")])
def test_expires_stays_as_it_is(field: str, value: str) -> None:
    message = one(cap(**{field: value}))
    assert getattr(message.main, field) == (message.sent if value else None)


@pytest.mark.parametrize(("status", "kind"), [("Test", "Alert"), ("Exercise", "Cancel"), ("Draft", "Ack")])
def test_every_status_is_read(status: str, kind: str) -> None:
    message = one(cap(status=status, msgType=kind))
    assert (message.status, message.msg_type) == (status, kind)


def test_midnight_may_be_twenty_four() -> None:
    assert one(cap(sent="2026-07-12T24:00:00+08:00")).sent == datetime(2026, 7, 12, 16, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("name", "value", "codes", "other"),
    [
        ("x", "331199", ("331199",), ()),
        ("x", "331199001", ("331199001",), ()),
        ("x", "33119900100000", ("33119900100000",), ()),
        ("x", "331199001001,331199001002", ("331199001001", "331199001002"), ()),
        ("x", "101131007", (), (("x", "101131007"),)),
        ("x", "33119", (), (("x", "33119"),)),
        ("SAME", "361047", (), (("SAME", "361047"),)),
    ],
)
def test_which_geocodes_are_divisions(name: str, value: str, codes: Any, other: Any) -> None:
    raw = swapped(CAP, ("CPEAS Geographic Code", name), ("331199000000", value))
    area = one(raw).main.areas[0]
    assert (area.codes, area.other_codes[: len(other)]) == (codes, other)
