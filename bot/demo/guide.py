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
        "after": after,
        "result": result,
        "password": os.environ.get(PASSWORD, ""),
        "phones": os.environ.get(PHONES, ""),
        "training": os.environ.get(TRAINING, ""),
    }
    return await page(request, "demo.html", None, **facts)
