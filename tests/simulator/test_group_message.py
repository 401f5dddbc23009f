"""Messages to customers' groups: what is refused, and that nothing is shown before the owner has confirmed."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from bot.simulator.config import SimCustomerGroup
from bot.simulator.tables import codes
from tests.simulator.sim import Json, Sim, opened

CHATS = tuple(SimCustomerGroup(f"wr{n}", f"客户群{n}", "wang" if n < 3 else "LiXiuying") for n in range(5))
SAID: Json = {
    "chat_type": "group", "sender": "wang", "chat_id_list": ["wr0", "wr1"], "text": {"content": "红色暴雨 青崖县"},
}  # fmt: skip
REFUSED: list[tuple[int, Json]] = [
    (codes.BAD_USER, {"sender": ""}),
    (codes.BAD_USER, {"sender": "nobody"}),
    (codes.NO_CUSTOMERS, {"chat_id_list": ["wr3"]}),
    (codes.NO_CUSTOMERS, {"chat_id_list": []}),
    (codes.BAD_PARAMETER, {"chat_id_list": ["wr0"] * 2001}),
    (codes.BAD_PARAMETER, {"chat_type": "single"}),
    (codes.TOO_LONG, {"text": {"content": "雨" * 1334}}),
    (codes.EMPTY_CONTENT, {"text": {"content": ""}}),
]


@pytest.fixture
async def sim() -> AsyncIterator[Sim]:
    async with opened(customer_groups=CHATS) as made:
        yield made


async def ask(sim: Sim, path: str, document: Json) -> Any:
    return await sim.post(f"/cgi-bin/externalcontact/{path}", document, access_token=sim.token)


async def shown(sim: Sim, chat: str) -> list[str]:
    return await sim.texts(f"customers/{chat}")


async def tap(sim: Sim, msgid: str) -> None:
    assert "message" in await sim.act("wang", "tap", button=msgid)


@pytest.mark.parametrize(("code", "changed"), REFUSED)
async def test_a_task_is_refused(sim: Sim, code: int, changed: Json) -> None:
    await sim.fetch_token()
    assert (await ask(sim, "add_msg_template", {**SAID, **changed}))["errcode"] == code


async def test_nothing_is_shown_before_the_owner_confirms_and_others_groups_are_named(sim: Sim) -> None:
    await sim.fetch_token()
    made = await ask(sim, "add_msg_template", {**SAID, "chat_id_list": ["wr0", "wr3", "nobody"]})
    assert (made["errcode"], made["fail_list"], await shown(sim, "wr0")) == (0, ["wr3", "nobody"], [])
    task = {"msgid": made["msgid"]}
    assert [one["status"] for one in (await ask(sim, "get_groupmsg_task", task))["task_list"]] == [0]
    assert (await ask(sim, "get_groupmsg_send_result", {**task, "userid": "wang"}))["send_list"] == []
    await tap(sim, made["msgid"])
    assert await shown(sim, "wr0") == ["红色暴雨 青崖县"]
    assert [one["status"] for one in (await ask(sim, "get_groupmsg_task", task))["task_list"]] == [2]
    (sent,) = (await ask(sim, "get_groupmsg_send_result", {**task, "userid": "wang"}))["send_list"]
    assert (sent["chat_id"], sent["status"]) == ("wr0", 1)


async def test_three_reminders_in_a_day_and_one_cancellation(sim: Sim) -> None:
    await sim.fetch_token()
    task = {"msgid": (await ask(sim, "add_msg_template", SAID))["msgid"]}
    said = [(await ask(sim, "remind_groupmsg_send", task))["errcode"] for _ in range(4)]
    assert said == [0, 0, 0, codes.REMINDED_ENOUGH]
    said = [(await ask(sim, "cancel_groupmsg_send", task))["errcode"] for _ in range(2)]
    assert said == [0, codes.TASK_CANCELLED]
    assert (await ask(sim, "remind_groupmsg_send", task))["errcode"] == codes.TASK_CANCELLED
    assert (await ask(sim, "remind_groupmsg_send", {"msgid": "x"}))["errcode"] == codes.BAD_PARAMETER


async def test_the_list_comes_in_pages(sim: Sim) -> None:
    await sim.fetch_token()
    found, cursor = [], ""
    while True:
        page = await ask(sim, "groupchat/list", {"limit": 2, "cursor": cursor})
        found += [one["chat_id"] for one in page["group_chat_list"]]
        if not (cursor := page["next_cursor"]):
            break
    assert found == [one.chat_id for one in CHATS]
    one = await ask(sim, "groupchat/get", {"chat_id": "wr3"})
    assert (one["group_chat"]["owner"], one["group_chat"]["name"]) == ("LiXiuying", "客户群3")
    assert (await ask(sim, "groupchat/get", {"chat_id": "nobody"}))["errcode"] == codes.NO_CHAT
    assert (await ask(sim, "groupchat/list", {"limit": 1001}))["errcode"] == codes.BAD_PARAMETER
