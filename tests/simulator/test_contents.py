"""What a phone shows of what was accepted."""

import base64
import hashlib
from typing import Any

import pytest

from tests.simulator.sim import AMR, JPEG, VILLAGE, Json, Sim

PICTURE = b"\x89PNG and so on"
NEWS = {"title": "雨" * 50, "description": "往高处走", "url": "https://county.example/a"}
CARD = {"card_type": "text_notice", "main_title": {"title": "红色暴雨", "desc": "青崖县"}}
ROBOT: list[tuple[str, Json, str, str]] = [
    ("text", {"content": "雨" * 682}, "", "雨" * 682),
    ("markdown", {"content": '<font color="warning">红色</font>暴雨'}, "", "红色暴雨"),
    ("markdown_v2", {"content": "# 红色暴雨"}, "", "# 红色暴雨"),
    ("news", {"articles": [NEWS, {**NEWS, "title": "二"}]}, "雨" * 42, "往高处走\n二"),
    ("file", {"media_id": "m"}, "", "[文件]"),
    ("voice", {"media_id": "m"}, "", "[语音]"),
    ("template_card", CARD, "红色暴雨", "青崖县"),
    (
        "image",
        {"base64": base64.b64encode(PICTURE).decode(), "md5": hashlib.md5(PICTURE, usedforsecurity=False).hexdigest()},
        "",
        "[图片]",
    ),
]
BUTTONS = {
    **CARD,
    "card_type": "button_interaction",
    "task_id": "warn-1@柳湾"[:7],
    "horizontal_content_list": [{"keyname": "到", "value": "05:38"}],
    "button_list": [{"text": "收到", "key": "1"}, {"text": "去不了", "key": "2"}],
}
APP: list[tuple[str, Json, str, str]] = [
    ("text", {"content": "雨" * 683}, "", "雨" * 682),
    ("markdown", {"content": "**红色**"}, "", "**红色**"),
    ("image", {"media_id": "m"}, "", "[图片]"),
    ("video", {"media_id": "m", "title": "水位", "description": "石门桥"}, "水位", "[视频]\n石门桥"),
    ("news", {"articles": [NEWS]}, "雨" * 42, "往高处走"),
    ("mpnews", {"articles": [{"title": "一", "thumb_media_id": "m", "content": "…", "digest": "短"}]}, "一", "短"),
    (
        "miniprogram_notice",
        {"title": "红色暴雨预警", "content_item": [{"key": "到", "value": "05:38"}]},
        "红色暴雨预警",
        "到：05:38",
    ),
    ("template_card", BUTTONS, "红色暴雨", "青崖县\n到：05:38\n［收到］ ［去不了］"),
]


@pytest.mark.parametrize(("kind", "body", "title", "text"), ROBOT)
async def test_a_group_shows(sim: Sim, kind: str, body: Json, title: str, text: str) -> None:
    assert await sim.robot_says({"msgtype": kind, kind: body}) == 0
    assert await last(sim, f"groups/{VILLAGE}", "title", "text") == [title, text]


@pytest.mark.parametrize(("kind", "body", "title", "text"), APP)
async def test_a_phone_shows(heard: Sim, kind: str, body: Json, title: str, text: str) -> None:
    sim = heard
    if "media_id" in body:
        sent = (AMR, "voice") if kind == "voice" else (JPEG, "image")
        body = body | {"media_id": (await sim.upload(*sent))["media_id"]}
    answer = await sim.app_says({"touser": "wang", "msgtype": kind, kind: body})
    assert answer["errcode"] == 0, answer
    assert ("response_code" in answer) == (body is BUTTONS)
    assert await last(sim, "phones/wang", "title", "text") == [title, text]


async def test_a_text_too_long_is_cut_in_silence_and_counted(sim: Sim) -> None:
    await sim.app("wang", "a" + "雨" * 683)
    assert await last(sim, "phones/wang", "text", "cut") == ["a" + "雨" * 682, True]
    assert (await sim.counts())["limits"] == {"cut": 1}


async def test_a_textcard_shows_its_words_without_tags_and_its_button(sim: Sim) -> None:
    card = {"title": "题" * 129, "url": "https://county.example/a", "btntxt": "我收到了，详情"}
    card["description"] = '<div class="highlight">往高处走</div><br>不要蹚水'
    await sim.app_says({"touser": "wang", "msgtype": "textcard", "textcard": card})
    assert await last(sim, "phones/wang", "title", "text", "button", "link", "cut") == [
        "题" * 128,
        "往高处走\n不要蹚水",
        "我收到了",
        "https://county.example/a",
        True,
    ]


async def test_a_locked_phone_previews_twenty_characters(sim: Sim) -> None:
    await sim.app("wang", "红色暴雨 青崖县\n青崖县气象台2026年7月12日02时38分发布")
    assert await last(sim, "phones/wang", "preview") == ["红色暴雨 青崖县 青崖县气象台2026年"]


async def test_mentions_stand_beside_the_text(sim: Sim) -> None:
    body = {"content": "红色暴雨", "mentioned_list": ["@all"], "mentioned_mobile_list": ["13800001111"]}
    await sim.robot_says({"msgtype": "text", "text": body})
    assert await last(sim, f"groups/{VILLAGE}", "text", "mentions") == ["红色暴雨", ["@all", "13800001111"]]


async def test_a_task_id_is_used_once(heard: Sim) -> None:
    message = {"touser": "wang", "msgtype": "template_card", "template_card": BUTTONS}
    assert [(await heard.app_says(message))["errcode"] for _ in range(2)] == [0, 42014]


async def last(sim: Sim, where: str, *names: str) -> list[Any]:
    shown = (await sim.get(f"/_sim/{where}"))["messages"][-1]
    return [shown[name] for name in names]
