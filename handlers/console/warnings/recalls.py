"""撤回: taking a sending back, as far as the platforms allow. The page says first how far that is."""

from typing import Any

from aiohttp import web

from bot.access.guards import Caller, posted, require_role
from bot.access.models import Role
from bot.deps import DEPS
from broadcasts.dispatch.masses.following.follow import mend
from broadcasts.dispatch.recalls.reach import reach
from broadcasts.dispatch.recalls.recall import take_back
from handlers.console.page import page
from handlers.console.warnings.seen import own_sending

MAY = (Role.officer, Role.leader)

routes = web.RouteTableDef()


@routes.get("/console/broadcasts/{id}/recall")
async def ask(request: web.Request) -> web.Response:
    return await _page(request, await require_role(request, *MAY))


@routes.post("/console/broadcasts/{id}/recall")
async def do(request: web.Request) -> web.Response:
    """`word` says why, and is kept."""
    deps, caller = request.app[DEPS], await require_role(request, *MAY)
    form, now = await posted(request, caller), deps.clock.now()
    word = str(form.get("word", "")).strip()
    if not word:
        return await _page(request, caller, error="请写一句为什么撤回，会留在记录里。", status=422)
    async with deps.begin() as session:
        mine, sent, alert = await own_sending(session, caller, request.match_info["id"])
        left = await reach(session, sent.id, now)
        if left.anything:
            await take_back(session, sent, word=word, by=caller.actor, at=now)
            await mend(session, deps.settings, mine.areas, alert, mine.hit(alert), sent, by=caller.actor, at=now)
    if not left.anything:
        return await _page(request, caller, error="没有执行：已经没有能撤回的了。", status=409)
    raise web.HTTPSeeOther(f"/console/alerts/{alert.uid}")


async def _page(request: web.Request, caller: Caller, *, error: str = "", status: int = 200) -> web.Response:
    deps = request.app[DEPS]
    async with deps.read() as session:
        _, sent, alert = await own_sending(session, caller, request.match_info["id"])
        facts: dict[str, Any] = {
            "sent": sent,
            "alert": alert,
            "left": await reach(session, sent.id, deps.clock.now()),
            "error": error,
        }
    return await page(request, "warnings/recall.html", caller, status=status, **facts)
