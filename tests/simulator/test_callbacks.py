"""What the platforms tell of a phone: sealed, in order, and again when nobody answers."""

import asyncio
from typing import Any

import pytest
from aiohttp import web

from bot.simulator.callbacks import forms, sealing
from tests.simulator.product import AES_KEY, Product
from tests.simulator.sim import CONFIG, Json, Sim, opened

CODE = {"action_name": "QR_LIMIT_STR_SCENE", "action_info": {"scene": {"scene_str": "v1"}}}
MENU = {
    "button": [
        {"type": "click", "name": "预警", "key": "now"},
        {"name": "我的", "sub_button": [{"type": "view", "name": "订阅", "url": "https://county.example/mine"}]},
    ]
}
ACCOUNT: list[tuple[str, str, Json, Json]] = [
    ("o-he", "say", {"text": "1"}, {"MsgType": "text", "Content": "1"}),
    ("o-he", "say", {"text": "a]]>b\x01<&"}, {"MsgType": "text"}),
    ("o-qian", "follow", {}, {"Event": "subscribe", "EventKey": ""}),
    ("o-qian", "scan", {"scene": "v1"}, {"Event": "subscribe", "EventKey": "qrscene_v1"}),
    ("o-he", "scan", {"scene": "v1"}, {"Event": "SCAN", "EventKey": "v1"}),
    ("o-he", "unfollow", {}, {"Event": "unsubscribe"}),
    ("o-he", "menu", {"key": "now"}, {"Event": "CLICK", "EventKey": "now"}),
    ("o-he", "menu", {"key": "订阅"}, {"Event": "VIEW", "EventKey": "https://county.example/mine"}),
    ("o-he", "picture", {}, {"MsgType": "image"}),
    ("o-he", "voice", {"recognition": "三组垮坡"}, {"MsgType": "voice", "Format": "amr", "Recognition": "三组垮坡"}),
    ("o-he", "location", {"lat": 28.1, "lon": 104.2}, {"Location_X": "28.1", "Location_Y": "104.2", "Scale": "16"}),
]
MEMBER: list[tuple[str, Json, Json]] = [
    ("say", {"text": "收到"}, {"MsgType": "text", "Content": "收到"}),
    ("enter", {}, {"Event": "enter_agent"}),
    ("picture", {}, {"MsgType": "image"}),
    ("voice", {"recognition": "听不见"}, {"MsgType": "voice", "Format": "amr"}),
    ("location", {}, {"MsgType": "location", "AppType": "wxwork"}),
]


@pytest.mark.parametrize(("who", "act", "given", "fields"), ACCOUNT)
async def test_the_account_tells(
    heard: Sim, product: Product, who: str, act: str, given: Json, fields: dict[str, str]
) -> None:
    await heard.account("qrcode/create", CODE)
    await heard.account("menu/create", MENU)
    done = await heard.act(who, act, **given)
    assert (done["state"], done["callback"]["tries"], done["callback"]["answer"]) == ("delivered", 1, "success")
    if "\x01" in given.get("text", ""):
        assert product.heard == [{}]  # an honest parser stumbles over it, as over the platform's own
        return
    [told] = product.heard
    assert told | fields == told
    assert (told["FromUserName"], told["ToUserName"]) == (who, CONFIG.account_id)
    assert ("MsgId" in told) == (told["MsgType"] != "event")
    assert product.requests[0][1]["openid"] == who


@pytest.mark.parametrize(("act", "given", "fields"), MEMBER)
async def test_wecom_tells(heard: Sim, product: Product, act: str, given: Json, fields: dict[str, str]) -> None:
    assert (await heard.act("lixiuying", act, **given))["state"] == "delivered"
    [told] = product.heard
    assert told | fields == told
    assert (told["FromUserName"], told["ToUserName"]) == ("LiXiuying", CONFIG.corp_id)
    assert told["AgentID"] == str(CONFIG.agent_id)
    assert "Recognition" not in told


@pytest.mark.parametrize("mode", ["safe", "compatible", "plain"])
@pytest.mark.parametrize("form", ["xml", "json"])
async def test_the_account_tells_in_each_mode(product: Product, mode: str, form: str) -> None:
    async with opened(oa_callback=product.callback("oa", mode=mode, form=form)) as sim:
        await sim.act("o-he", "say", text="1")
        [(_, query, body)] = product.requests
        outside = forms.read(body)
        assert product.heard[0]["Content"] == "1"
        assert ("Content" in outside, "Encrypt" in outside) == (mode != "safe", mode != "plain")
        assert ("encrypt_type" in query) == (mode != "plain")


async def test_media_can_be_fetched_by_whom_they_were_sent_to(heard: Sim, product: Product) -> None:
    await heard.act("o-he", "picture")
    await heard.act("wang", "picture")
    tokens = [await heard.fetch_account_token(), await heard.fetch_token()]
    for token, told in zip(tokens, product.heard, strict=True):
        asked = {"access_token": token, "media_id": told["MediaId"]}
        async with heard.http.get("/cgi-bin/media/get", params=asked) as answer:
            assert (await answer.read())[:3] == b"\xff\xd8\xff"
        async with heard.http.get(told["PicUrl"]) as answer:
            assert answer.content_type == "image/jpeg"


async def test_a_bad_answer_is_tried_three_times_with_the_same_bytes(heard: Sim, product: Product) -> None:
    product.answers = [web.Response(status=502) for _ in range(3)]
    done = await heard.act("o-he", "say", text="1")
    assert (done["state"], done["callback"]) == (
        "given_up",
        {"delivered": False, "tries": 3, "status": 502, "answer": ""},
    )
    assert len({(str(query), body) for _, query, body in product.requests}) == 1
    assert len(product.requests) == 3
    assert [one["kind"] for one in (await heard.phone("o-he"))["said"]] == ["text", "system"]
    counted = (await heard.counts())["callbacks"]["oa"]
    assert counted == {"sent": 1, "retries": 2, "http_502": 3, "given_up": 1}


async def test_the_second_try_may_reach_it(heard: Sim, product: Product) -> None:
    product.answers = [web.Response(status=500)]
    done = await heard.act("wang", "say", text="1")
    assert (done["state"], done["callback"]["tries"]) == ("delivered", 2)


async def test_a_try_ends_after_five_seconds_of_the_clock(heard: Sim, product: Product) -> None:
    product.asleep = asyncio.Event()
    acting = asyncio.create_task(heard.act("wang", "say", text="1"))
    for tries in range(1, 4):
        await product.until(tries)
        heard.clock.turn(4.9)
        await asyncio.sleep(0)
        assert len(product.requests) == tries
        heard.clock.turn(0.2)
    done = await acting
    product.asleep.set()
    assert (done["state"], done["callback"]["status"], len(product.requests)) == ("given_up", 0, 3)
    assert (await heard.counts())["callbacks"]["wecom"] == {"sent": 1, "retries": 2, "no_answer": 3, "given_up": 1}


async def test_nobody_listens(sim: Sim) -> None:
    assert (await sim.act("wang", "say", text="1"))["state"] == "unheard"
    dead = {"url": "http://127.0.0.1:9/", "token": "t", "aes_key": AES_KEY}
    await sim.post("/_sim/callbacks", {"wecom": dead})
    done = await sim.act("wang", "say", text="1")
    assert (done["state"], done["callback"]["tries"], done["callback"]["status"]) == ("given_up", 3, 0)


async def test_one_senders_words_keep_their_order_and_others_do_not_wait(heard: Sim, product: Product) -> None:
    product.asleep = asyncio.Event()
    acting = [asyncio.create_task(heard.act("wang", "say", text=word)) for word in ("甲", "乙", "丙")]
    other = asyncio.create_task(heard.act("lixiuying", "say", text="丁"))
    await product.until(2)
    assert [told["Content"] for told in product.heard if told["FromUserName"] == "wang"] == ["甲"]
    product.asleep.set()
    await asyncio.gather(*acting, other)
    assert [told["Content"] for told in product.heard if told["FromUserName"] == "wang"] == ["甲", "乙", "丙"]


async def test_copies_are_the_same_bytes_at_once_and_what_is_lost_is_not_told(heard: Sim, product: Product) -> None:
    await heard.act("wang", "say", text="1", copies=50)
    assert len(product.requests) == 50
    assert len({(str(query), body) for _, query, body in product.requests}) == 1
    assert (await heard.act("wang", "say", text="2", lost=True))["state"] == "lost"
    assert len(product.requests) == 50


async def test_an_address_is_verified_when_it_is_entered(product: Product) -> None:
    async with opened() as sim:
        rows = {
            side: {"url": f"{product.base}/{side}", "token": "callbackToken", "aes_key": AES_KEY}
            for side in ("wecom", "oa")
        }
        said = await sim.post("/_sim/callbacks", {**rows, "verify": True})
        assert (said["wecom"]["mode"], said["oa"]["form"], said["waiting"]) == ("safe", "xml", 0)
        wrong = {**rows["oa"], "url": f"{product.base}/wecom/none"}
        assert (await sim.post("/_sim/callbacks", {"oa": wrong, "verify": True}))["status"] == 400
        assert (await sim.get("/_sim/callbacks"))["oa"]["url"] == rows["oa"]["url"]
        assert AES_KEY not in str(await sim.get("/_sim/callbacks"))
        await sim.post("/_sim/callbacks", {"oa": None})
        assert (await sim.get("/_sim/callbacks"))["oa"] is None


@pytest.mark.parametrize(
    ("row", "field"),
    [
        ({"wecom": {"url": "x", "token": "t"}}, "wecom"),
        ({"oa": {"url": "http://a", "token": "t", "aes_key": "short"}}, "oa.aes_key"),
        ({"oa": {"url": "http://a", "token": "t", "mode": "loud"}}, "oa"),
        ({"wecom": {"url": "http://a", "token": "t", "aes_key": AES_KEY, "mode": "plain"}}, "wecom"),
        ({"oa": {"url": "http://a", "token": "t", "colour": "red"}}, "oa.colour"),
        ({"kf": {}}, "kf"),
    ],
)
async def test_an_address_that_cannot_be_read_names_its_field(sim: Sim, row: Json, field: str) -> None:
    said = await sim.post("/_sim/callbacks", row)
    assert (said["status"], said["detail"].startswith(field)) == (400, True)


async def test_a_passive_answer_stands_on_the_phone(heard: Sim, product: Product) -> None:
    reply: dict[str, Any] = {"MsgType": "text", "Content": "请稍候"}
    sealed = sealing.seal(AES_KEY, forms.to_xml(reply), CONFIG.app_id)
    product.answers = [web.Response(body=forms.to_xml({"Encrypt": sealed})), web.Response(text="not an answer")]
    await heard.act("o-he", "say", text="1")
    assert await heard.texts("phones/o-he") == ["请稍候"]
    await heard.act("o-he", "say", text="2")
    assert (await heard.phone("o-he"))["said"][-1]["kind"] == "system"


@pytest.mark.parametrize(
    ("who", "act", "given", "status"),
    [
        ("nobody", "say", {"text": "1"}, 404),
        ("wang", "sing", {}, 404),
        ("wang", "say", {}, 400),
        ("wang", "say", {"text": "1", "copies": 0}, 400),
        ("chen", "say", {"text": "1"}, 409),
        ("wang", "follow", {}, 409),
        ("o-he", "follow", {}, 409),
        ("o-he", "enter", {}, 409),
        ("o-qian", "say", {"text": "1"}, 409),
        ("o-he", "scan", {"scene": "none"}, 404),
        ("o-he", "menu", {"key": "none"}, 404),
        ("o-he", "picture", {"base64": "?"}, 400),
        ("o-he", "location", {"lat": "north"}, 400),
        ("wang", "tap", {"button": "收到"}, 404),
        ("wang", "open", {}, 404),
    ],
)
async def test_what_cannot_be_done_is_said(sim: Sim, who: str, act: str, given: Json, status: int) -> None:
    assert (await sim.act(who, act, **given))["status"] == status
