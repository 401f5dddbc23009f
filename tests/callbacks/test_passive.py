"""Whoever presses a button sees it on the card with the very answer to the callback: nothing has been sent by then."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from bot.simulator.callbacks import forms, sealing
from bot.simulator.config import Side
from broadcasts.dispatch.texts.pressed import button
from handlers.wechat.passive import _words
from tests.both_ways import BothWays, both_ways
from tests.callbacks.conftest import Door
from tests.callbacks.pushes import CORP, KEYS, TOKENS, event, push, send
from tests.stories.test_cards import proven
from tests.world import NIGHT


@pytest.fixture
async def both(tmp_path: Path) -> AsyncIterator[BothWays]:
    async with both_ways(tmp_path) as made:
        await proven(made.world, "li", "zhou")
        yield made


async def card(both: BothWays, phone: str) -> dict[str, Any]:
    async with both.world.http.get(f"{both.world.base}/_sim/phones/{phone}") as answer:
        message: dict[str, Any] = next(m for m in (await answer.json())["messages"] if m["title"])
    return message


async def test_the_card_says_what_was_pressed_before_anything_is_sent(both: BothWays) -> None:
    await both.world.issue()
    before = (await both.world.counts())["calls"]
    async with both.world.http.post(f"{both.world.base}/_sim/phones/li/tap", json={"button": "received"}) as answer:
        assert answer.status == 200
    assert (await card(both, "li"))["pressed"] == "已回复：1 收到 02:40"
    assert (await card(both, "zhou"))["pressed"] == ""
    assert (await both.world.counts())["calls"] == before


async def test_the_answer_is_sealed_for_the_platform_and_only_a_press_has_one(door: Door) -> None:
    press = event(Side.wecom, "template_card_event", at=door.at, EventKey="help", TaskId="t")
    _, body = await send(door.client, push(Side.wecom, press, door.at))
    answer = forms.read(body)
    sealed = answer["Encrypt"]
    assert answer["MsgSignature"] == sealing.sign(TOKENS[Side.wecom], answer["TimeStamp"], answer["Nonce"], sealed)
    face = forms.read(sealing.unseal(KEYS[Side.wecom], sealed, CORP))
    assert (face["MsgType"], face["Button"]) == ("update_button", {"ReplaceName": "已回复：3 需要支援 02:40"})
    unknown = press | {"EventKey": "something else", "CreateTime": int(door.at) + 1}
    assert await send(door.client, push(Side.wecom, unknown, door.at)) == (200, b"")


@pytest.mark.parametrize(
    ("key", "shown"),
    [
        ("received", "已回复：1 收到 02:40"),
        ("cannot", "已回复：2 去不了，换人 02:40"),
        ("help", "已回复：3 需要支援 02:40"),
        ("ko:help", "회신함: 3 지원 필요 02:40"),
        ("drill:received", "【演练】已回复：1 收到 02:40【演练】"),
        ("drill:ko:cannot", "【演练】회신함: 2 못 감(교대) 02:40【演练】"),
        ("seen", "以后用按钮应答"),
        ("fr:help", "已回复：3 需要支援 02:40"),
    ],
)
def test_each_button_says_what_was_understood_and_when(key: str, shown: str) -> None:
    assert _words(button(key), NIGHT, ZoneInfo("Asia/Shanghai")) == shown
