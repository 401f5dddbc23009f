"""What a push says, in both formats of both platforms; and what is none."""

from typing import Any

import pytest

from bot.simulator.callbacks import forms
from bot.simulator.config import Side
from bot.wechat.fields import LIMIT, Malformed, read
from bot.wechat.heard import Heard, hear
from tests.callbacks.pushes import BOTH, SENDERS, event, word

AT = 1_784_000_000


def heard(fields: dict[str, Any], side: Side = Side.wecom, form: str = "xml", road: str = "live") -> Heard:
    raw = forms.to_json(fields) if form == "json" else forms.to_xml(fields)
    return hear(raw, road=road, platform=side.value, app="app")


@pytest.mark.parametrize("side", BOTH)
def test_both_formats_say_the_same(side: Side) -> None:
    fields = word(side, "１ 收到 🌧", at=AT, Location_X=23.134521)
    assert heard(fields, side, "xml") == heard(fields, side, "json")
    said = heard(fields, side)
    assert (said.kind, said.event, said.said_at.timestamp()) == ("text", "", AT)
    assert (said.fields["Content"], said.fields["Location_X"]) == ("１ 收到 🌧", "23.134521")
    assert said.sender == (SENDERS[side].lower() if side is Side.wecom else SENDERS[side])
    assert SENDERS[side] not in repr(said)
    assert "收到" not in repr(said)


@pytest.mark.parametrize("text", ["a\x00b\x1d", "x]]>y", "]]>]]>", "<b>&amp;", "<!DOCTYPE x>", "\x0b", " 1 \n", "😀"])
def test_what_people_type_survives(text: str) -> None:
    kept = "".join(letter for letter in text if letter >= " " or letter == "\n")
    assert heard(word(Side.wecom, text, at=AT)).fields["Content"] == kept
    assert heard(word(Side.oa, text, at=AT), Side.oa, "json").fields["Content"] == kept


@pytest.mark.parametrize("side", BOTH)
@pytest.mark.parametrize("form", ["xml", "json"])
def test_letters_that_are_nobodys_are_left_out(side: Side, form: str) -> None:
    """An old telephone's own faces: they show nothing elsewhere, or something else."""
    text = "\ue415有人\uf8ff被困\ue000"
    assert heard(word(side, text, at=AT), side, form).fields["Content"] == "有人被困"
    assert read("<xml><Content>有人&#xE415;</Content></xml>".encode()) == {"Content": "有人"}
    assert read(b'{"Content":"1\\ue415"}') == {"Content": "1"}


def test_what_is_nested_and_what_repeats() -> None:
    items = {"SelectedItem": [{"QuestionKey": "a", "OptionIds": {"OptionId": ["1", "2"]}}, {"QuestionKey": "b"}]}
    said = heard(event(Side.wecom, "template_card_event", at=AT, SelectedItems=items))
    picked = said.fields["SelectedItems"]["SelectedItem"]
    assert [p["QuestionKey"] for p in picked] == ["a", "b"]
    assert picked[0]["OptionIds"]["OptionId"] == ["1", "2"]


def test_an_unknown_type_is_kept_with_its_own_name() -> None:
    assert heard(word(Side.oa, at=AT, MsgType="Hologram-Of-The-Year-2031-X")).kind == "hologram-of-the-year-203"
    assert heard({"FromUserName": "li", "CreateTime": AT, "InfoType": "x"}).kind == "unknown"
    assert heard(event(Side.wecom, "x" * 100, at=AT)).event == "x" * 48


BASE = word(Side.wecom, at=AT)


@pytest.mark.parametrize(
    "other",
    [
        word(Side.wecom, at=AT, id=2),
        word(Side.wecom, at=AT + 1),
        word(Side.wecom, at=AT, FromUserName="wang"),
        word(Side.wecom, at=AT, MsgId=0),
    ],
)
def test_another_word_has_another_key(other: dict[str, Any]) -> None:
    assert heard(other).key != heard(BASE).key


def test_the_same_word_by_another_road_or_platform_is_another() -> None:
    keys = {heard(BASE, side, road=road).key for side in BOTH for road in ("live", "training")}
    assert len(keys) == 4


def test_a_userid_in_other_letters_is_the_same() -> None:
    assert heard(word(Side.wecom, at=AT, FromUserName="LIXIUYING")).key == heard(BASE).key


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("EventKey", "ack"),
        ("TaskId", "warn-2"),
        ("ChangeType", "update_user"),
        ("CardType", "button_interaction"),
        ("UserID", "wang"),
        ("Event", "click"),
        ("MsgID", "7"),
        ("Latitude", "23.1"),
        ("SelectedItems", {"SelectedItem": {"QuestionKey": "b"}}),
    ],
)
def test_two_events_of_one_second_are_two(name: str, value: Any) -> None:
    first = event(Side.wecom, "template_card_event", at=AT, EventKey="x", TaskId="warn-1")
    assert heard(first).key != heard({**first, name: value}).key


def test_what_the_platform_makes_anew_for_a_retry_changes_nothing() -> None:
    first = event(Side.wecom, "template_card_event", at=AT, EventKey="x", TaskId="warn-1", ResponseCode="a")
    assert heard(first).key == heard({**first, "ResponseCode": "b"}).key


ENTITY = '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]>'


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"1",
        b"[]",
        b"{}",
        b"null",
        b"<xml/>",
        b"<xml>li</xml>",
        b"<xml><FromUserName>li",
        b"<xml>&a;</xml>",
        b'{"FromUserName":"li"',
        b'{"FromUserName":"\\ud800","CreateTime":1784000000}',
        b"{" * 5000,
        b'{"a":' * 50 + b"1" + b"}" * 50,
        b"<a>" * 50 + b"1" + b"</a>" * 50,
        f"{ENTITY}<xml><FromUserName>&b;</FromUserName><CreateTime>1784000000</CreateTime></xml>".encode(),
        b'<!DOCTYPE x SYSTEM "file:///etc/passwd"><xml><FromUserName>li</FromUserName></xml>',
        b"<xml><FromUserName>li</FromUserName></xml>",
        b"<xml><CreateTime>1784000000</CreateTime></xml>",
        b"<xml><MsgType>text</MsgType></xml>",
        b"<xml><FromUserName>l i</FromUserName><CreateTime>1784000000</CreateTime></xml>",
        "<xml><FromUserName>李</FromUserName><CreateTime>1784000000</CreateTime></xml>".encode(),
        b"<xml><FromUserName>%s</FromUserName><CreateTime>1784000000</CreateTime></xml>" % (b"a" * 129),
        b"<xml><FromUserName>li</FromUserName><CreateTime>yesterday</CreateTime></xml>",
        b"<xml><FromUserName>li</FromUserName><CreateTime>-1784000000</CreateTime></xml>",
        b"<xml><FromUserName>li</FromUserName><CreateTime>178400000000000</CreateTime></xml>",
        b"<xml><FromUserName><a>li</a></FromUserName><CreateTime>1784000000</CreateTime></xml>",
    ],
)
def test_what_is_no_push_is_malformed_and_no_other_error(raw: bytes) -> None:
    with pytest.raises(Malformed) as error:
        hear(raw, road="live", platform="wecom", app="app")
    assert "li" not in str(error.value).split()


def test_what_is_too_long_is_malformed() -> None:
    with pytest.raises(Malformed):
        read(b"<xml><a>" + b"x" * LIMIT + b"</a></xml>")


def test_broken_letters_survive() -> None:
    assert read(b"<xml><a>1\xff\xe6</a></xml>") == {"a": "1\ufffd\ufffd"}
