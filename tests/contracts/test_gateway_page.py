"""The page that a county gives to its gateway's maker: its examples are signed as we sign, and it names every code."""

import re
from pathlib import Path

from yarl import URL

from bot.channels.sms.body import body
from bot.channels.sms.codes import SMS
from bot.channels.sms.limits import TEXT_BYTES
from bot.channels.sms.signing import signed

PAGE = (Path(__file__).parents[2] / "docs" / "gateways.zh-CN.md").read_text(encoding="utf-8")
KEY = "7d1f" * 16
EXAMPLES = re.findall(r"```\nPOST (\S+)\n\n(.+)\n```", PAGE)


def test_both_examples_are_signed_with_the_pages_key() -> None:
    assert len(EXAMPLES) == 2
    for path, sent in EXAMPLES:
        query = URL(path).query
        proof = (query["timestamp"], query["nonce"], sent.encode())
        assert signed(query["signature"], KEY, *proof)
        assert not signed(query["signature"], KEY[::-1], *proof)


def test_the_first_example_is_what_we_send() -> None:
    text = "红色暴雨 青崖县\n青崖县气象台 今天2:40发布\n\n回复 1 收到 2 去不了，换人 3 需要支援"
    assert body("K7M2QX4P-1042", "10000000007", text).decode() == EXAMPLES[0][1]


def test_every_code_that_means_something_stands_on_the_page() -> None:
    named = {int(code) for code in re.findall(r"^\| (-?\d+) \|", PAGE, re.MULTILINE)}
    assert named == {0, *SMS}
    assert f"{TEXT_BYTES} 字节" in PAGE
