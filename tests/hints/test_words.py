"""What is said of a hint, in its longest and its shortest real case."""

from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import pytest

from bot.channels.wecom_app.limits import TEXT_BYTES
from handlers.hints.models import State
from handlers.hints.reporters.told import phrase

LONG: dict[str, Any] = {
    "number": "QY0712-H100", "words": "村" * 2000, "measures": "换" * 200, "plan": "拉" * 100, "funds": "镇" * 30,
    "group": "三组", "proposed": "nature", "domain": "nature", "anonymous": True, "comment": "好" * 255, "reward": True,
    "version": 1, "state": State.closed, "due_at": datetime(2026, 7, 20, tzinfo=UTC),
}  # fmt: skip
SHORT: dict[str, Any] = LONG | {
    "words": "", "measures": "换", "plan": "", "funds": "", "group": "", "proposed": "", "domain": "", "comment": "",
    "anonymous": False, "reward": False,
}  # fmt: skip
TOLD = ("accepted", "assigned", "closed", "returned", "declined", "joined")
TASKS = ("task", "again", "today", "late")


@pytest.mark.parametrize("facts", [LONG, SHORT], ids=["long", "short"])
def test_every_text_fits_a_message_and_leaves_no_gap(facts: dict[str, Any]) -> None:
    h = SimpleNamespace(**facts)
    common: dict[str, Any] = {"h": h, "word": h.comment, "until": "7月20日下午5:30"}
    said = [phrase(name, other="QY0712-H99", **common) for name in TOLD]
    said += [phrase(name, place="柳湾镇柳湾村", phone="000-0001", link="", hears=True, **common) for name in TASKS]
    said += [phrase(name, h=h) for name in ("sealed", "picture", "located", "finished", "given_back")]
    said += [phrase("ask", anonymous=h.anonymous), phrase("which", items=[h] * 8), phrase("status", h=h, until="")]
    said.append(phrase("filed", h=h, place="柳湾镇柳湾村", placed=True, words=h.words, link="", same=False, plea=False))
    for text in said:
        assert text
        assert len(text.encode()) <= TEXT_BYTES, text[:40]
        assert "\n\n" not in text


def test_a_task_says_first_what_it_is_and_last_how_to_answer() -> None:
    h = SimpleNamespace(**SHORT)
    text = phrase("task", h=h, place="柳湾镇柳湾村", word="", until="7月20日下午5:30", phone="", link="", hears=True)
    assert text == (
        "请整改 QY0712-H100\n柳湾镇柳湾村：（见照片）\n要做：换\n"
        "7月20日下午5:30前办好。办好了回“办好了 QY0712-H100”加一句话，再发照片；办不了回“办不了 QY0712-H100”加原因。"
    )


@pytest.mark.parametrize(
    ("ways", "last"),
    [
        (
            {"hears": False, "link": "https://w.example/t", "phone": "000-0001"},
            "办好了、办不了，都点这里：https://w.example/t",
        ),
        ({"hears": False, "link": "", "phone": "000-0001"}, "办好了、办不了，都请打 000-0001。"),
        ({"hears": True, "link": "https://w.example/t", "phone": ""}, "看全文、传照片：https://w.example/t"),
    ],
    ids=["a page", "a telephone", "words"],
)
def test_no_word_is_asked_for_where_nobody_hears_it(ways: dict[str, Any], last: str) -> None:
    text = phrase("task", h=SimpleNamespace(**SHORT), place="柳湾村", word="", until="7月20日下午5:30", **ways)
    assert text.endswith(last)
    assert ("回“办好了" in text) is ways["hears"]
