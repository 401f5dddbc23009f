"""The demo's own page: what to look at, and buttons that make the weather station speak."""

import os
from typing import Any

from aiohttp import web

from bot.demo.steps import STEPS, take
from bot.deps import DEPS
from handlers.api.views import taken
from handlers.console.page import page

PASSWORD, PHONES, TRAINING = "DEMO_PASSWORD", "DEMO_PHONES", "DEMO_TRAINING"
USERS = (
    ("liuyang", "值班员刘洋：放行、粘贴"),
    ("sunzhiyuan", "带班领导孙志远"),
    ("liuwan", "柳湾镇，只看本镇"),
    ("admin", "管理员：导入、账号"),
)
HINTS = (  # a phone or a room, and what to try there
    ("李秀英的手机回 1", "回执说明听成了什么；值班台预警页的数字跟着变。说错了回 0。"),
    ("任一信息员回“按钮”", "按一下试发的卡片，下一条预警就带按钮。"),
    ("郑国庆的手机扫海报", "选一个村扫一扫，就订阅了那个村；值班台“海报”能打印给村里贴。"),
    ("居民问“怎么办”“现在有什么预警”", "说是哪条、做什么、全文在哪里；“退订”一句话就停。"),
    ("居民说“有人被困”", "先请打 119；值班员刘洋的手机一直响，到“来信”里接手。"),
    ("值班台“绑定”", "给一个邀请码，在居民的手机上回“绑定”加邀请码。"),
    ("预警页“叫应单”", "三分钟没应的再叫一次、叫醒 B 角；打通了一按就记下。"),
)

routes = web.RouteTableDef()


@routes.get("/demo")
async def guide(request: web.Request) -> web.Response:
    return await _page(request, "")


@routes.post("/demo/{step}")
async def act(request: web.Request) -> web.Response:
    """Make one step happen. There is nothing to protect: all of it ends on the simulator."""
    deps, name = request.app[DEPS], request.match_info["step"]
    if name not in {step.name for step in STEPS}:
        raise web.HTTPNotFound
    async with deps.begin() as session:
        got = await take(session, deps.settings, name, deps.clock.now())
    result = "，".join(taken(one)["status"] for one in got.taken) or "读不懂，已存进未能读取"
    return await _page(request, next(s.what for s in STEPS if s.name == name), result)


async def _page(request: web.Request, after: str, result: str = "") -> web.Response:
    facts: dict[str, Any] = {
        "steps": STEPS,
        "users": USERS,
        "hints": HINTS,
        "after": after,
        "result": result,
        "password": os.environ.get(PASSWORD, ""),
        "phones": os.environ.get(PHONES, ""),
        "training": os.environ.get(TRAINING, ""),
    }
    return await page(request, "demo.html", None, **facts)
