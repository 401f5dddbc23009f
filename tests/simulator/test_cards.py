"""Cards with buttons: shown, tapped, changed, recalled, and what the plug-in's reader does not see."""

from typing import Any

import pytest
from aiohttp import web

from bot.simulator.callbacks import forms
from tests.simulator.product import Product
from tests.simulator.sim import Json, Sim

CARD: Json = {
    "card_type": "button_interaction",
    "main_title": {"title": "红色暴雨 青崖县"},
    "task_id": "warn-1",
    "button_list": [
        {"text": "收到", "key": "1"},
        {"text": "去不了", "key": "2"},
        {"text": "详情", "type": 1, "url": "https://county.example/h5/a/ABCDEFGH"},
    ],
}


async def send(sim: Sim, to: str = "wang|lixiuying", **changes: Any) -> Json:
    said = await sim.app_says({"touser": to, "msgtype": "template_card", "template_card": CARD | changes})
    assert said["errcode"] == 0, said
    return said


async def update(sim: Sim, code: str, users: list[str], **more: Any) -> Json:
    body = {"agentid": sim.config.agent_id, "userids": users, "response_code": code}
    change = more or {"button": {"replace_name": "已收到"}}
    return await sim.post("/cgi-bin/message/update_template_card", body | change, access_token=sim.token)


async def seen(sim: Sim, who: str) -> Json:
    shown: Json = (await sim.phone(who))["messages"][-1]
    return shown


async def test_a_tap_calls_back_with_a_code_that_changes_the_card_once(heard: Sim, product: Product) -> None:
    await send(heard)
    assert [button["text"] for button in (await seen(heard, "wang"))["buttons"]] == ["收到", "去不了", "详情"]
    done = await heard.act("wang", "tap", button="收到")
    assert (done["state"], done["message"]) == ("delivered", (await seen(heard, "wang"))["id"])
    [told] = product.heard
    assert (told["Event"], told["EventKey"], told["TaskId"], told["CardType"]) == (
        "template_card_event",
        "1",
        "warn-1",
        "button_interaction",
    )
    assert (await update(heard, told["ResponseCode"], ["wang"]))["errcode"] == 0
    wang, li = await seen(heard, "wang"), await seen(heard, "lixiuying")
    assert (wang["pressed"], wang["buttons"], li["pressed"], len(li["buttons"])) == ("已收到", [], "", 3)
    assert (await update(heard, told["ResponseCode"], ["wang"]))["errcode"] == 60140
    assert (await heard.act("wang", "tap", button="1"))["status"] == 404


async def test_the_sends_own_code_changes_it_for_the_others(heard: Sim) -> None:
    code = (await send(heard))["response_code"]
    said = await update(heard, code, ["LIXIUYING", "sun"])
    assert (said["errcode"], said["invaliduser"]) == (0, ["sun"])
    assert (await seen(heard, "lixiuying"))["pressed"] == "已收到"
    assert (await seen(heard, "wang"))["pressed"] == ""


async def test_another_card_takes_its_place(heard: Sim) -> None:
    code = (await send(heard))["response_code"]
    notice = {"card_type": "text_notice", "main_title": {"title": "已解除"}}
    assert (await update(heard, code, [], atall=1, template_card=notice))["errcode"] == 0
    shown = await seen(heard, "wang")
    assert (shown["title"], shown["buttons"]) == ("已解除", [])


@pytest.mark.parametrize(("seconds", "code"), [(72 * 3600 - 1, 0), (72 * 3600, 60140)])
async def test_a_code_is_good_for_72_hours(heard: Sim, seconds: int, code: int) -> None:
    response_code = (await send(heard))["response_code"]
    heard.clock.turn(seconds)
    await heard.fetch_token()
    assert (await update(heard, response_code, ["wang"]))["errcode"] == code


async def test_what_an_update_lacks_does_not_use_its_code_up(heard: Sim) -> None:
    code = (await send(heard))["response_code"]
    assert (await update(heard, code, []))["errcode"] == 82001
    assert (await update(heard, code, ["wang"], button={"replace_name": ""}))["errcode"] == 40058
    assert (await update(heard, "made-up", ["wang"]))["errcode"] == 60140
    assert (await update(heard, code, ["wang"]))["errcode"] == 0


async def test_the_passive_answer_is_seen_by_the_clicker_alone(heard: Sim, product: Product) -> None:
    await send(heard)
    product.answers = [web.Response(body=forms.to_xml({"MsgType": "update_button", "Button": {"ReplaceName": "好"}}))]
    await heard.act("wang", "tap", button="2")
    assert ((await seen(heard, "wang"))["pressed"], (await seen(heard, "lixiuying"))["pressed"]) == ("好", "")


async def test_another_card_may_come_back_for_the_clicker_alone(heard: Sim, product: Product) -> None:
    await send(heard)
    buttons = [{"Text": text, "Style": 1, "Key": text} for text in ("确认", "撤销")]
    title = {"Title": "已应答", "Desc": "红色暴雨"}
    face = {"CardType": "button_interaction", "MainTitle": title, "TaskId": "t-2", "ButtonList": buttons}
    product.answers = [web.Response(body=forms.to_xml({"MsgType": "update_template_card", "TemplateCard": face}))]
    await heard.act("wang", "tap", button="2")
    assert ((await seen(heard, "wang"))["title"], (await seen(heard, "lixiuying"))["title"]) != ("已应答", "已应答")
    assert (await seen(heard, "wang"))["title"] == "已应答"
    assert "［确认］ ［撤销］" in (await seen(heard, "wang"))["text"]


async def test_a_button_with_an_address_opens_it(heard: Sim, product: Product) -> None:
    await send(heard)
    done = await heard.act("wang", "tap", button="详情")
    assert done["link"] == "https://county.example/h5/a/ABCDEFGH"
    assert product.requests == []


@pytest.mark.parametrize(("kind", "shown"), [("text", 1), ("textcard", 1), ("markdown", 0), ("template_card", 0)])
async def test_the_plug_in_shows_neither_markdown_nor_cards(heard: Sim, kind: str, shown: int) -> None:
    bodies = {
        "text": {"content": "红色暴雨"},
        "markdown": {"content": "红色暴雨"},
        "textcard": {"title": "红色暴雨", "description": "青崖县", "url": "https://county.example/a"},
        "template_card": CARD,
    }
    said = await heard.app_says({"touser": "sun|wang", "msgtype": kind, kind: bodies[kind]})
    assert (said["errcode"], said["invaliduser"]) == (0, "")
    assert ((await heard.phone("sun"))["received"], (await heard.phone("wang"))["received"]) == (shown, 1)
    assert (await heard.counts())["limits"] == ({} if shown else {"plugin": 1})


@pytest.mark.parametrize(("seconds", "code"), [(24 * 3600 - 1, 0), (24 * 3600, 42052)])
async def test_a_message_is_recalled_within_a_day_and_not_from_the_plug_in(sim: Sim, seconds: int, code: int) -> None:
    msgid = (await sim.app("wang|sun", "发错了 https://county.example/a"))["msgid"]
    sim.clock.turn(seconds)
    await sim.fetch_token()
    assert (await sim.post("/cgi-bin/message/recall", {"msgid": msgid}, access_token=sim.token))["errcode"] == code
    assert (await sim.post("/cgi-bin/message/recall", {"msgid": "x"}, access_token=sim.token))["errcode"] == 40058
    assert ("这条消息已撤回" in await sim.page("/phones/wang")) == (code == 0)
    assert "发错了" in await sim.page("/phones/sun")
    assert (await sim.act("wang", "open")).get("status", 200) == (404 if code == 0 else 200)
