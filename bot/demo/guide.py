"""The demo's own page: what to look at, and buttons that make the weather station speak."""

import os
from typing import Any

from aiohttp import web

from bot.demo.steps import STEPS, Step, take, typhoon
from bot.deps import DEPS
from handlers.console.page import page
from handlers.console.warnings.upload import BECAME

PASSWORD, PHONES, TRAINING = "DEMO_PASSWORD", "DEMO_PHONES", "DEMO_TRAINING"
USERS = (
    ("liuyang", "值班员刘洋：放行、粘贴"),
    ("sunzhiyuan", "带班领导孙志远"),
    ("liuwan", "柳湾镇，只看本镇"),
    ("admin", "管理员：导入、账号"),
)
HANDY = (  # phones that the hints speak of
    ("李秀英", "lixiuying", "柳湾村信息员"),
    ("赵敏", "zhaomin", "她的 B 角"),
    ("王建国", "wangjianguo", "网格员"),
    ("刘洋", "liuyang", "值班员"),
    ("袁勇", "xian-zb4", "值班员"),
    ("孙志远", "sunzhiyuan", "带班领导"),
    ("褚秀兰", "o-demo-01", "居民"),
    ("吕桂芳", "o-demo-02", "在等值班员回话的居民"),
    ("郑国庆", "o-demo-06", "还没关注的居民"),
)
# What can be lived by hand: on which phone or in which room, and what happens then.
HINTS = (
    (
        "应答和叫应",
        (
            ("李秀英的手机回 1", "回执说明听成了什么；值班台预警页的数字跟着变。说错了回 0。"),
            ("任一信息员回“按钮”", "按一下试发的卡片，下一条预警就带按钮。"),
            ("任一信息员回 2 或 3", "去不了，叫醒同村的另一个人；需要支援，值班员的手机一直响到有人接手。"),
            ("预警页“叫应单”", "三分钟没应的再叫一次、叫醒 B 角；打通了一按就记下。"),
        ),
    ),
    (
        "居民",
        (
            ("郑国庆的手机扫海报", "选一个村扫一扫，就订阅了那个村；值班台“海报”能打印给村里贴。"),
            ("褚秀兰问“怎么办”“现在有什么预警”", "说是哪条、做什么、全文在哪里；“退订”一句话就停。"),
            ("褚秀兰问“去哪里避难”", "最近的避难场所开没开放、谁几点说的；值班员在“避难场所”里改。"),
            ("吕桂芳在等回话", "她问的事机器人答不上：到“来信”里接手，回她一句，再看她的手机。"),
            ("褚秀兰说“有人被困”", "先请打 119；值班员刘洋的手机一直响，到“来信”里接手。"),
        ),
    ),
    (
        "村里报上来，隐患随手拍",
        (
            ("李秀英说“三组垮坡，路断了，没人伤”", "当场收成初报，说明记了什么；“上报”里核实，她听得到回音。"),
            (
                "居民说“隐患 三组的电线杆歪了”，或发照片",
                "得到一个号；“隐患”里受理、派给王建国，他回“办好了”，验收，报的人听得到。",
            ),
        ),
    ),
    (
        "值班",
        (
            (
                "刘洋的手机回“换班 袁勇”",
                "袁勇回 1，带班领导孙志远回 1：值班表跟着换。有预警在等应答时，头一个 1 算应答，再回一个。",
            ),
            ("sunzhiyuan 在“值班”里抽查", "刘洋的手机响，回 1；十分钟没应，告诉带班领导。"),
        ),
    ),
    (
        "演练和预演",
        (
            (
                "“演练”里柳湾镇那次，按“发出演练”",
                "填“青”（正有真的预警时还要勾“我知道”），只有点名的两个人收到，头尾都写着演练。这时再发红色台风：演练自己停下。",
            ),
            ("“预演”里选台风、红色", "一条也不发，先看会到谁、到不了谁。"),
        ),
    ),
    (
        "通知、本级预警",
        (
            (
                "“通知、本级预警”里有一份等批的",
                "用 sunzhiyuan 登录去批、去发：写的人不能自己批。发错了，预警页上两下就更正。",
            ),
            ("李秀英的手机回“播了”", "红色一到，她那处大喇叭要念的话也到了；值班台“大喇叭、显示屏”数着播了几处。"),
            ("值班台“绑定”", "给一个邀请码，在那个人的公众号里回“绑定”加邀请码。"),
        ),
    ),
)

routes = web.RouteTableDef()


@routes.get("/demo")
async def guide(request: web.Request) -> web.Response:
    return await _page(request, None)


@routes.post("/demo/{step}")
async def act(request: web.Request) -> web.Response:
    """Make one step happen. There is nothing to protect: all of it ends on the simulator."""
    deps, name = request.app[DEPS], request.match_info["step"]
    if name not in {step.name for step in STEPS}:
        raise web.HTTPNotFound
    async with deps.begin() as session:
        got = await take(session, deps.settings, name, deps.clock.now())
    result = "，".join(BECAME[one.alert.status] for one in got.taken) or "读不懂，已存进未能读取"
    return await _page(request, next(step for step in STEPS if step.name == name), result)


async def _page(request: web.Request, after: Step | None, result: str = "") -> web.Response:
    async with request.app[DEPS].read() as session:
        begun = bool(await typhoon(session))
    facts: dict[str, Any] = {
        "steps": STEPS,
        "begun": begun,
        "users": USERS,
        "hints": HINTS,
        "handy": HANDY,
        "after": after,
        "result": result,
        "password": os.environ.get(PASSWORD, ""),
        "phones": os.environ.get(PHONES, ""),
        "training": os.environ.get(TRAINING, ""),
    }
    return await page(request, "demo.html", None, **facts)
