"""JSON: our own shape, the public feeds' samples untouched, and what is refused."""

from datetime import UTC, datetime
from typing import Any

import pytest

from broadcasts.hazards.grades import Grade
from broadcasts.intake.message import Circle, Fault, Form, Message, Reference, Unreadable
from broadcasts.intake.readers.encodings import LIMIT
from broadcasts.intake.readers.read import read
from tests.readers.forms import OWN, feed, packed

ITEM = feed("nmc_findAlarm")["data"]["page"]["list"][0]
CMA = feed("weather_cma_alarm_item")
WEATHER = feed("weather_com_cn_detail")
GJZWFW = feed("gjzwfw_cap_item")


def one(value: Any) -> Message:
    found = read(packed(value), "application/json")
    assert not found.envelope
    return found.messages[0]


def faults(raw: bytes) -> list[Fault]:
    with pytest.raises(Unreadable) as caught:
        read(raw, "application/json")
    return list(caught.value.errors)


def test_own_flat() -> None:
    message = one(OWN)
    assert (message.form, message.identifier, message.sender) == (Form.own, "QY-9", "青崖县气象台")
    assert (message.status, message.msg_type, message.scope, message.national) == ("Actual", "Alert", "Public", False)
    info = message.main
    assert (info.event, info.event_code, info.colour, info.severity) == ("暴雨", "11B03", Grade.red, "Extreme")
    assert info.expires == datetime(2026, 7, 11, 21, 38, tzinfo=UTC)
    assert (info.sender_name, info.language) == ("青崖县气象台", "zh-CN")
    assert info.areas[0].codes == ("331199",)
    assert info.areas[0].other_codes == (("own", "柳湾-3"),)
    assert message.raw == packed(OWN)


def test_own_in_full() -> None:
    area = {
        "desc": "柳湾镇",
        "codes": ["331199001"],
        "other_codes": {"x": "1"},
        "polygons": [[[28, 119], [28.1, 119], [28, 119.1]]],
        "circles": [{"lat": 28, "lon": 119, "km": 2.5}],
        "altitude": 1,
        "ceiling": 2,
    }
    block = {
        "event_code": "11B03",
        "headline": "青崖县气象台发布暴雨橙色预警信号",
        "parameters": {"a": "b"},
        "event_codes": [{"name": "n", "value": "11B03"}],
        "resources": [{"desc": "图", "uri": "https://x.example"}],
        "areas": [area],
        "urgency": "Immediate",
    }
    head = {key: OWN[key] for key in ("identifier", "sender", "sent")}
    references = ["i1", "s2,i2,2026-07-12T00:00:00+08:00", {"identifier": "i3", "sender": "s3"}]
    message = one(
        {**head, "msg_type": "Update", "references": references, "info": [block, {**block, "language": "en"}]}
    )
    assert message.references == (
        Reference("i1"),
        Reference("i2", "s2", datetime(2026, 7, 11, 16, 0, tzinfo=UTC)),
        Reference("i3", "s3"),
    )
    assert [info.language for info in message.infos] == ["zh-CN", "en"]
    info = message.main
    assert (info.event, info.colour, info.severity, info.urgency) == ("暴雨", Grade.orange, "Severe", "Immediate")
    assert (info.parameters, info.event_codes) == ((("a", "b"),), (("n", "11B03"),))
    [found] = info.areas
    assert found.polygons == (((28, 119), (28.1, 119), (28, 119.1), (28, 119)),)
    assert (found.circles, found.altitude, found.other_codes) == ((Circle(28, 119, 2.5),), 1, (("x", "1"),))


@pytest.mark.parametrize(
    ("changes", "path", "words"),
    [
        ({"identifier": None}, "/identifier", "文字"),
        ({"identifier": "a b"}, "/identifier", "空格"),
        ({"sender": ""}, "/sender", "空"),
        ({"sent": "2026-07-12T02:38:00"}, "/sent", "带时区"),
        ({"sent": "2026-07-12 02:38:00+08:00"}, "/sent", "带时区"),
        ({"sent": "0001-01-01T00:00:00+08:00"}, "/sent", "带时区"),
        ({"sent": 5}, "/sent", "带时区"),
        ({"colour": "pink"}, "/colour", "红色"),
        ({"colour": 1}, "/colour", "红色"),
        ({"status": "Live"}, "/status", "Actual"),
        ({"expries": "x"}, "/expries", "拼写"),
        ({"area_codes": "331199"}, "/area_codes", "列表"),
        ({"area_codes": [331199]}, "/area_codes/0", "文字"),
        ({"areas": [{"codes": []}]}, "/areas/0/desc", "缺少"),
        ({"areas": [{"desc": "a", "polygons": [[[1, 2], [3, 4]]]}]}, "/areas/0", "多边形"),
        ({"areas": [{"desc": "a", "polygons": [[[1], [3], [5]]]}]}, "/areas/0", "多边形"),
        ({"areas": [{"desc": "a", "polygons": [[["1", 2]]]}]}, "/areas/0/polygons/0/0/0", "数字"),
        ({"areas": [{"desc": "a", "circles": [{"lat": 91, "lon": 0, "km": 1}]}]}, "/areas/0/circles/0/lat", "值不合"),
        ({"references": [1]}, "/references/0", "对象"),
        ({"references": [{"identifier": ""}]}, "/references/0/identifier", "空"),
        ({"event": "", "event_code": None}, "", "event_code"),
        ({"headline": "", "description": " "}, "", "description"),
        ({"info": []}, "/event", "拼写"),
    ],
)
def test_own_is_refused_with_its_pointer(changes: dict[str, Any], path: str, words: str) -> None:
    found = [fault for fault in faults(packed({**OWN, **changes})) if fault.path == path]
    assert found
    assert words in found[0].message


@pytest.mark.parametrize("missing", ["identifier", "sender", "sent"])
def test_own_says_what_is_missing(missing: str) -> None:
    [fault] = faults(packed({key: value for key, value in OWN.items() if key != missing}))
    assert fault == Fault(f"/{missing}", None, f"“{missing}”：缺少这一项。请补上。")


def test_several_of_our_own() -> None:
    found = read(packed({"alerts": [OWN, {**OWN, "identifier": "QY-10"}, {**OWN, "sent": ""}, 7]}))
    assert found.envelope
    assert [message.identifier for message in found.messages] == ["QY-9", "QY-10"]
    assert [refused.errors[0].path for refused in found.faults] == ["/alerts/2/sent", "/alerts/3"]
    assert read(found.messages[1].raw).messages == (found.messages[1],)
    assert read(packed([OWN])).envelope


@pytest.mark.parametrize(
    ("raw", "words", "line"),
    [
        (b'{"a": 1,\n "a": 2}', "两次", None),
        (b'{"x": {"a": 1, "a": 2}}', "“a”", None),
        (b'{"a": NaN}', "NaN", None),
        (b'{"a": -Infinity}', "Infinity", None),
        (b'{"a": 1e999}', "1e999", None),
        (b'{"a": ' + b"9" * 5000 + b"}", "数", None),
        (b'{"a": 1,\n\n}', "第 3 行", 3),
        (b'{"identifier": "QY', "JSON", 1),
        (b"[" * 65 + b"]" * 65, "嵌套", 1),
        (b"[" * 100_000, "嵌套", 1),
        (b"[" + b" " * LIMIT, "1.5 MiB", None),
        (b'{"a": "\\ud800"}', "不成字", None),
        (b'{"a": "\\u0000"}', "不成字", None),
        (b'{"a": "\xff"}', "编码", 1),
        (b"[5]", "预警对象", None),
        (b"{}", "identifier", None),
        (b"var alarminfo={\n,};", "第 2 行", 2),
        (b'"text"', "预警对象", None),
    ],
)
def test_json_is_refused(raw: bytes, words: str, line: int | None) -> None:
    [fault, *_] = faults(raw)
    assert words in fault.message
    assert fault.line == line


@pytest.mark.parametrize("many", [[1] * 10_001, {**OWN, **{f"k{n}": 1 for n in range(10_000)}}])
def test_no_more_faults_than_anyone_reads(many: Any) -> None:
    assert len(faults(packed(many))) <= 50


def test_an_endless_string_takes_no_time() -> None:
    assert faults(b'["' + b'\\"' * 700_000)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_json_may_have_a_mark(encoding: str) -> None:
    assert read(packed(OWN).decode().encode(encoding)).messages[0].identifier == "QY-9"


def test_nmc() -> None:
    found = read(packed(feed("nmc_findAlarm")))
    assert found.envelope
    [message] = found.messages
    assert (message.form, message.identifier, message.national) == (Form.feed, "41062241600000_20230605160643", True)
    assert message.sent == datetime(2023, 6, 5, 8, 6, tzinfo=UTC)
    assert message.sender == "河南省鹤壁市淇县气象台"
    info = message.main
    assert (info.event, info.event_code, info.colour, info.severity) == ("大风", "11B06", Grade.blue, "Minor")
    assert info.headline == info.description == "河南省鹤壁市淇县气象台发布大风蓝色预警信号"
    assert info.web == "http://www.nmc.cn/publish/alarm/41062241600000_20230605160643.html"
    assert (info.areas[0].desc, info.areas[0].codes) == ("河南省鹤壁市淇县", ("410622",))
    assert read(message.raw).messages == (message,)


def test_cma() -> None:
    message = one(CMA)
    assert (message.identifier, message.national) == ("36080041600000_20250313143727", True)
    assert message.sent == datetime(2025, 3, 13, 6, 35, tzinfo=UTC)
    info = message.main
    assert (info.event, info.event_code, info.colour) == ("大雾", "11B17", Grade.orange)
    assert info.description == "吉安市气象台发布大雾橙色预警信号[II级/严重]"
    assert read(packed({"msg": "success", "data": [CMA]})).messages[0].infos == message.infos


@pytest.mark.parametrize("shape", ["{}", "var alarminfo={};", "callback({})", "cb({});\n"])
def test_weather_com_cn(shape: str) -> None:
    [message] = read(shape.replace("{}", packed(WEATHER).decode()).encode()).messages
    assert (message.identifier, message.sender) == ("65402641600000_20261006212927", "昭苏县气象台")
    assert (message.msg_type, message.references) == ("Alert", ())
    assert message.sent == datetime(2026, 10, 6, 13, 29, 27, tzinfo=UTC)
    info = message.main
    assert (info.event, info.event_code, info.colour) == ("雷电", "11B14", Grade.yellow)
    assert info.expires == datetime(2026, 10, 7, 1, 29, 27, tzinfo=UTC)
    assert info.description.startswith("昭苏县气象台2026年10月6日21时29分发布雷电黄色预警信号：")
    assert (info.areas[0].codes, info.areas[0].other_codes) == (("654026",), (("weather.com.cn", "101131007"),))


def test_gjzwfw() -> None:
    message = one(GJZWFW)
    assert (message.sender, message.msg_type) == ("筠连县气象台", "Alert")
    assert message.sent == datetime(2026, 8, 23, 9, 8, tzinfo=UTC)
    info = message.main
    assert (info.event, info.event_code, info.colour) == ("暴雨", "11B03", Grade.orange)
    assert info.expires == datetime(2026, 8, 24, 9, 8, tzinfo=UTC)


@pytest.mark.parametrize(
    ("item", "colour"),
    [
        ({**ITEM, "title": "x", "pic": "a/p0002001.png"}, Grade.red),
        ({**ITEM, "title": "x", "pic": "a/p0002004.png"}, Grade.blue),
        ({**WEATHER, "SIGNALLEVEL": "", "head": "x", "LEVELCODE": "01"}, Grade.blue),
        ({**WEATHER, "SIGNALLEVEL": "", "head": "x", "LEVELCODE": "04"}, Grade.red),
        ({**ITEM, "title": "x", "pic": ""}, None),
    ],
)
def test_level_digits_run_opposite_ways(item: dict[str, Any], colour: Grade | None) -> None:
    assert one(item).main.colour is colour


@pytest.mark.parametrize(
    ("title", "said", "kind"),
    [
        ("青崖县气象台发布暴雨红色预警信号", "", "Alert"),
        ("青崖县气象台解除暴雨红色预警信号", "Alert", "Cancel"),
        ("青崖县气象台更新暴雨红色预警信号", "", "Update"),
        ("青崖县气象台继续发布暴雨红色预警信号", "Alert", "Update"),
        ("青崖县气象台将暴雨橙色预警信号升级为红色", "", "Update"),
        ("青崖县气象台暴雨红色预警降级为橙色", "", "Update"),
        ("青崖县气象台发布暴雨红色预警信号", "Cancel", "Cancel"),
    ],
)
def test_the_title_says_what_kind(title: str, said: str, kind: str) -> None:
    assert one({**GJZWFW, "headline": title, "msgType": said}).msg_type == kind


@pytest.mark.parametrize(
    ("item", "path"),
    [
        ({**ITEM, "title": ""}, "/title"),
        ({**ITEM, "alertid": 5}, "/alertid"),
        ({**ITEM, "issuetime": "gestern"}, "/issuetime"),
        ({**CMA, "effective": ""}, "/effective"),
        ({key: WEATHER[key] for key in ("head", "ISSUECONTENT", "ISSUETIME")}, "/ALERTID"),
        ({**GJZWFW, "eventType": None}, "/eventType"),
    ],
)
def test_an_item_says_what_it_lacks(item: dict[str, Any], path: str) -> None:
    assert [fault.path for fault in faults(packed(item))] == [path]


def test_one_spoilt_item_of_a_page() -> None:
    page = {"data": {"page": {"list": [{**ITEM, "issuetime": ""}, ITEM]}}}
    found = read(packed(page))
    assert len(found.messages) == 1
    assert found.faults[0].errors[0].path == "/data/page/list/0/issuetime"


def test_a_page_without_items_is_a_calm_day() -> None:
    assert read(packed({"data": {"page": {"list": []}}})).messages == ()
