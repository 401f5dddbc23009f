"""Every code that the stand-in answers with by itself, and the call that brings it out."""

import base64
from typing import Any

import pytest

from bot.simulator.tables import codes
from tests.simulator.sim import CONFIG, GONE, STRANGER, VILLAGE, Json, Sim

TITLE, LINK = "红色暴雨 青崖县", "https://county.example/a"
CARD = {"title": TITLE, "description": "往高处走", "url": LINK}
BUTTONS = {"card_type": "button_interaction", "task_id": "warn-1", "button_list": [{"text": "收到", "key": "1"}]}
BIG_PICTURE = base64.b64encode(b"\x89PNG" + bytes(2 * 1024 * 1024)).decode()


def text(content: Any) -> Json:
    return {"msgtype": "text", "text": {"content": content}}


def message(kind: str, **body: Any) -> Json:
    return {"msgtype": kind, kind: body}


def article(**changes: str) -> Json:
    return {"title": TITLE, "url": LINK, **changes}


TOKEN = [
    (codes.NO_CORP, {}),
    (codes.NO_SECRET, {"corpid": CONFIG.corp_id}),
    (codes.BAD_CORP, {"corpid": "ww0", "corpsecret": CONFIG.secret}),
    (codes.BAD_SECRET, {"corpid": CONFIG.corp_id, "corpsecret": "wrong"}),
]
ROBOT: list[tuple[int, str, Json | bytes]] = [
    (codes.ROBOT_GONE, "", text("好")),
    (codes.ROBOT_GONE, GONE, text("好")),
    (codes.ROBOT_GONE, STRANGER, text("好")),
    (codes.BAD_JSON, VILLAGE, b"{"),
    (codes.BAD_JSON, VILLAGE, b"[]"),
    (codes.BAD_JSON, VILLAGE, '{"msgtype": "好"}'.encode("gbk")),
    (codes.BAD_MSGTYPE, VILLAGE, {}),
    (codes.BAD_MSGTYPE, VILLAGE, message("textcard", **CARD)),
    (codes.BAD_MSGTYPE, VILLAGE, {"msgtype": []}),
    (codes.BAD_PARAMETER, VILLAGE, {"msgtype": "text"}),
    (codes.EMPTY_CONTENT, VILLAGE, text("")),
    (codes.EMPTY_CONTENT, VILLAGE, text(" \n")),
    (codes.BAD_PARAMETER, VILLAGE, text(1)),
    (codes.BAD_PARAMETER, VILLAGE, text("雨" * 683)),
    (codes.BAD_PARAMETER, VILLAGE, message("text", content="好", mentioned_list="@all")),
    (codes.BAD_PARAMETER, VILLAGE, message("markdown", content="雨" * 1366)),
    (codes.BAD_PARAMETER, VILLAGE, message("markdown_v2", content="雨" * 1366)),
    (codes.BAD_PARAMETER, VILLAGE, message("image", base64="?")),
    (codes.BAD_PARAMETER, VILLAGE, message("image", base64="R0lG", md5="")),
    (codes.BAD_PARAMETER, VILLAGE, message("image", base64=base64.b64encode(b"\x89PNG").decode(), md5="0")),
    (codes.IMAGE_TOO_BIG, VILLAGE, message("image", base64=BIG_PICTURE, md5="0")),
    (codes.BAD_ARTICLE_COUNT, VILLAGE, message("news", articles=[])),
    (codes.BAD_ARTICLE_COUNT, VILLAGE, message("news", articles=[article()] * 9)),
    (codes.NO_TITLE, VILLAGE, message("news", articles=[{"url": LINK}])),
    (codes.NO_URL, VILLAGE, message("news", articles=[{"title": TITLE}])),
    (codes.NO_MEDIA, VILLAGE, message("file")),
    (codes.BAD_PARAMETER, VILLAGE, message("template_card", **BUTTONS)),
]
APP: list[tuple[int, Json]] = [
    (codes.NO_AGENT, {"agentid": None}),
    (codes.BAD_AGENT, {"agentid": "x"}),
    (codes.BAD_AGENT, {"agentid": 0}),
    (codes.WRONG_AGENT, {"agentid": 1}),
    (codes.NO_RECIPIENT, {**text("好"), "touser": ""}),
    (codes.BAD_USER_LIST, {**text("好"), "touser": ["wang"]}),
    (codes.TOO_MANY_USERS, {**text("好"), "touser": "|".join(f"u{n}" for n in range(1001))}),
    (codes.TOO_MANY_PARTIES, {**text("好"), "toparty": "|".join(map(str, range(101)))}),
    (codes.TOO_MANY_TAGS, {**text("好"), "totag": "|".join(map(str, range(101)))}),
    (codes.ALL_INVALID, {**text("好"), "touser": "nobody"}),
    (codes.ALL_INVALID, {**text("好"), "touser": "chen"}),
    (codes.ALL_INVALID, {**text("好"), "touser": "zhao"}),
    (codes.ALL_INVALID, {**text("好"), "touser": "", "toparty": "1"}),
    (codes.BAD_MSGTYPE, {"msgtype": "markdown_v2"}),
    (codes.BAD_PARAMETER, {"msgtype": "text"}),
    (codes.EMPTY_CONTENT, text("")),
    (codes.TOO_LONG, message("markdown", content="雨" * 683)),
    (codes.NO_MEDIA, message("image")),
    (codes.BAD_MEDIA, message("image", media_id="made-up")),
    (codes.NEEDS_CALLBACK, message("template_card", **BUTTONS)),
    (codes.NO_TITLE, message("textcard", **{**CARD, "title": ""})),
    (codes.NO_DESCRIPTION, message("textcard", **{**CARD, "description": ""})),
    (codes.NO_URL, message("textcard", **{**CARD, "url": ""})),
    (codes.URL_WITHOUT_SCHEME, message("textcard", **{**CARD, "url": "county.example"})),
    (codes.BAD_URL_LENGTH, message("textcard", **{**CARD, "url": "https://" + "a" * 2048})),
    (codes.BAD_ARTICLE_COUNT, message("news", articles=[])),
    (codes.NO_MEDIA, message("mpnews", articles=[{"title": TITLE, "content": "好"}])),
    (codes.TOO_LONG, message("mpnews", articles=[{"title": TITLE, "thumb_media_id": "m", "content": "a" * 681_985}])),
    (codes.BAD_PARAMETER, message("miniprogram_notice", title="雨")),
    (codes.TOO_MANY_ITEMS, message("miniprogram_notice", title="红色暴雨预警", content_item=[{}] * 11)),
    (codes.BAD_PARAMETER, message("template_card", card_type="poster")),
    (codes.BAD_TASK_ID, message("template_card", **{**BUTTONS, "task_id": ""})),
    (codes.BAD_TASK_ID, message("template_card", **{**BUTTONS, "task_id": "警"})),
    (codes.BAD_TASK_ID, message("template_card", **{**BUTTONS, "task_id": "a" * 129})),
    (codes.BAD_PARAMETER, message("template_card", **{**BUTTONS, "button_list": []})),
    (codes.BAD_PARAMETER, message("template_card", **{**BUTTONS, "horizontal_content_list": [{}] * 7})),
    (codes.BAD_PARAMETER, message("template_card", **{**BUTTONS, "button_list": [{"text": "好", "key": "k" * 1025}]})),
]
STANDING: list[tuple[int, Json]] = [
    (codes.ADDRESS_NOT_TRUSTED, {"trusted": ["192.0.2.1"]}),
    (codes.DISABLED, {"disabled": True}),
    (codes.RIGHT_WITHDRAWN, {"withdrawn": True}),
    (codes.NOT_AUTHORISED, {"unauthorised": ["app"]}),
]
ELSEWHERE = {  # each has a test of its own
    *(codes.TOO_OFTEN, codes.NO_TOKEN, codes.BAD_TOKEN, codes.TOKEN_EXPIRED, codes.NEEDS_GET, codes.NEEDS_POST),
    *(codes.RECALL_TOO_LATE, codes.BAD_RESPONSE_CODE, codes.BAD_CODE, codes.NO_CODE, codes.DOMAIN_NOT_TRUSTED),
    *(codes.BAD_CHAT, codes.NO_CHAT, codes.CHAT_EXISTS, codes.BAD_CHAT_MEMBERS),
    *(codes.BAD_USER, codes.NO_CUSTOMERS, codes.TASK_CANCELLED, codes.REMINDED_ENOUGH),
    *(codes.NOT_FOR_CALLS, codes.BAD_CALLEE, codes.BAD_CALL),
    *(codes.BAD_TYPE, codes.NO_FILE, codes.BAD_FILE_SIZE, codes.BAD_MEDIA_TYPE, codes.PLAYS_TOO_LONG),
}
# The sheet's other codes have causes that this small world lacks: departments, other platforms' links, Tencent's moods.
BY_FAULT_ALONE = [-1, 40003, 60111, 40145, 40066, 40068, 42027, 42051, 43004, 45033, 45035, 45036, 60011, 82004]
BY_FAULT_ALONE += [40201, 40204, 93001, 93004, 93008, 93017]


@pytest.mark.parametrize(("code", "params"), TOKEN)
async def test_gettoken_refuses(sim: Sim, code: int, params: dict[str, str]) -> None:
    answer = await sim.get("/cgi-bin/gettoken", **params)
    assert (answer["errcode"], "access_token" in answer) == (code, False)


@pytest.mark.parametrize(("code", "key", "body"), ROBOT)
async def test_the_robot_refuses(sim: Sim, code: int, key: str, body: Json | bytes) -> None:
    answer = await sim.post("/cgi-bin/webhook/send", body, key=key)
    assert answer["errcode"] == code, answer
    assert f"devtool/query?e={code}" in answer["errmsg"]
    assert (await sim.counts())["copies"]["groups"] == 0


@pytest.mark.parametrize(("code", "body"), APP)
async def test_the_application_refuses(sim: Sim, code: int, body: Json) -> None:
    answer = await sim.app_says({"touser": "wang", **body})
    assert answer["errcode"] == code, answer
    assert (await sim.counts())["copies"]["members"] == 0


async def test_the_wrong_method_is_refused(sim: Sim) -> None:
    assert (await sim.get("/cgi-bin/webhook/send", key=VILLAGE))["errcode"] == codes.NEEDS_POST
    assert (await sim.post("/cgi-bin/gettoken", {}))["errcode"] == codes.NEEDS_GET


@pytest.mark.parametrize(("code", "standing"), STANDING)
async def test_an_application_that_does_not_stand_well(sim: Sim, code: int, standing: Json) -> None:
    await sim.post("/_sim/standing", {"wecom": standing})
    assert (await sim.app())["errcode"] == code
    await sim.post("/_sim/standing", {"wecom": {}})
    assert (await sim.app())["errcode"] == 0


async def test_an_emergency_call_is_refused(sim: Sim) -> None:
    token = {"access_token": await sim.fetch_token()}
    asked = {"callee_userid": "wang", "callid": "call-77"}
    assert (await sim.post("/cgi-bin/pstncc/getstates", asked, **token))["errcode"] == codes.BAD_CALL
    (state,) = (await sim.post("/cgi-bin/pstncc/call", {"callee_userid": ["nobody"]}, **token))["states"]
    assert (state["code"], state["callid"]) == (codes.BAD_CALLEE, "")
    assert (await sim.post("/cgi-bin/pstncc/call", {"callee_userid": []}, **token))["errcode"] == codes.BAD_USER_LIST
    await sim.post("/_sim/standing", {"wecom": {"unauthorised": ["pstncc"]}})
    for path, body in (("call", {"callee_userid": ["wang"]}), ("getstates", asked)):
        assert (await sim.post(f"/cgi-bin/pstncc/{path}", body, **token))["errcode"] == codes.NOT_FOR_CALLS


@pytest.mark.parametrize("code", BY_FAULT_ALONE)
async def test_every_other_code_of_the_sheet_comes_when_it_is_told_to(sim: Sim, code: int) -> None:
    await sim.fault(endpoint="app", kind="errcode", code=code, times=1)
    assert [(await sim.app())["errcode"], (await sim.app())["errcode"]] == [code, 0]


def test_no_code_is_left_untried() -> None:
    tried = {case[0] for case in (*TOKEN, *ROBOT, *APP, *STANDING)}
    assert tried | ELSEWHERE | {codes.BUSY} == codes.WORDS.keys()
