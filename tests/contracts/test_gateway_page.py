"""The page that a county gives to its gateways' makers: its examples are signed as we sign, and it names every code."""

import re
from pathlib import Path

import pytest
from yarl import URL

from bot.channels.contract import SendError
from bot.channels.gateways import gateway_code
from bot.channels.signing import signed
from bot.channels.sms.body import body
from bot.channels.sms.codes import SMS
from bot.channels.sms.limits import TEXT_BYTES
from bot.channels.voice.body import body as call
from bot.channels.voice.body import frozen
from bot.channels.voice.codes import VOICE
from bot.channels.voice.limits import SECONDS
from bot.channels.voice.limits import TEXT_BYTES as SPOKEN_BYTES
from handlers.wechat.gateway import CALLS
from handlers.wechat.speech.recognise import asked

PAGE = (Path(__file__).parents[2] / "docs" / "gateways.zh-CN.md").read_text(encoding="utf-8")
KEY = "7d1f" * 16
EXAMPLES = re.findall(r"```\nPOST (\S+)\n\n(.+)\n```", PAGE)
LETTERS, VOICES = PAGE.split("\n# 电话\n")
ROWS = re.compile(r"^\| (-?\d+) \|", re.MULTILINE)


def test_every_example_is_signed_with_the_pages_key() -> None:
    assert len(EXAMPLES) == 5
    for path, sent in EXAMPLES:
        query = URL(path).query
        proof = (query["timestamp"], query["nonce"], sent.encode())
        assert signed(query["signature"], KEY, *proof)
        assert not signed(query["signature"], KEY[::-1], *proof)


def test_the_first_example_is_what_we_send() -> None:
    text = "红色暴雨 青崖县\n青崖县气象台 今天2:40发布\n\n回复 1 收到 2 去不了，换人 3 需要支援"
    assert body("K7M2QX4P-1042", "10000000007", text).decode() == EXAMPLES[0][1]


def test_the_call_on_the_page_is_what_we_send() -> None:
    once = "红色暴雨，青崖县。青崖县气象台今天凌晨2点40分发布。"
    text = f"青崖县值班室来电。{once}再说一遍。{once}收到请按1，去不了请按2，需要支援请按3。"
    assert call("K7M2QX4P-1108", "10000000007", frozen(text, "zh-CN")).decode() == EXAMPLES[2][1]


def test_the_recording_on_the_page_is_what_we_send() -> None:
    assert asked("0198-speech-1", "amr", "zh-CN", b"#!AMR\n||").decode() == EXAMPLES[4][1]


def test_every_code_that_means_something_stands_on_the_page() -> None:
    assert {int(code) for code in ROWS.findall(LETTERS)} == {0, *SMS}
    assert {int(code) for code in ROWS.findall(VOICES)} == {0, *VOICE}
    assert f"{TEXT_BYTES} 字节" in LETTERS
    assert f"{SPOKEN_BYTES} 字节" in VOICES
    assert f"现在是 {SECONDS}" in VOICES
    assert all(f"`{status}`" in VOICES for status in CALLS)


@pytest.mark.parametrize(
    "answer",
    [b"", b"ok", b"[]", b"0", b"{}", b'{"code":"0"}', b'{"code":true}', b'{"code":0.0}', b'{"code":null}', b"\xff",
     b'{"code":99999999999999999999}', b"<html>502</html>"],
)  # fmt: skip
def test_what_is_no_answer_of_the_page_is_not_taken_for_one(answer: bytes) -> None:
    with pytest.raises(SendError) as raised:
        gateway_code(answer)
    assert (raised.value.reason, raised.value.lost, raised.value.permanent) == ("bad_answer", True, False)
