"""上传: a file of warnings as another system exports it, and what became of each of them."""

import asyncio
from dataclasses import dataclass

from aiohttp import web

from bot.access.guards import posted
from bot.access.models import Role
from bot.deps import DEPS
from broadcasts.alerts.models import Status
from broadcasts.intake.receive import Received, receive
from broadcasts.intake.take import Taken, Way
from handlers.console.page import page
from handlers.console.scope_guard import whole_county

routes = web.RouteTableDef()
MAY = (Role.officer, Role.leader)
LIMIT = 1536 * 1024  # bytes of a file, as over the interface
BECAME = {
    Status.issued: "已发出",
    Status.held: "等人放行",
    Status.stored: "已存下，不发",
    Status.ended: "已结束",
}


@dataclass(frozen=True)
class Became:
    """One warning of the file. `uid` leads to its page."""

    uid: str
    what: str
    became: str
    bad: bool = False


@routes.get("/console/upload")
async def ask(request: web.Request) -> web.Response:
    caller = await whole_county(request, *MAY)
    return await page(request, "warnings/upload.html", caller, error="", became=None, faults=())


@routes.post("/console/upload")
async def take(request: web.Request) -> web.Response:
    """Receive the file as if it had come over the interface: the same rules decide."""
    caller = await whole_county(request, *MAY)
    form = await posted(request, caller)
    deps, file = request.app[DEPS], form.get("file")
    raw = await asyncio.to_thread(file.file.read, LIMIT + 1) if isinstance(file, web.FileField) else b""
    if not raw or len(raw) > LIMIT:
        error = "文件超过 1.5 MiB。请分成几个文件。" if raw else "请选一个文件，不能是空的。"
        status = 413 if raw else 422
        return await page(request, "warnings/upload.html", caller, status=status, error=error, became=None, faults=())
    async with deps.begin() as session:
        got = await receive(session, deps.settings, raw, "", Way(caller.actor), at=deps.clock.now())
    faults = got.unread.errors if got.unread else ()
    return await page(
        request,
        "warnings/upload.html",
        caller,
        status=422 if faults else 200,
        error="",
        became=_became(got),
        faults=faults,
    )


def _became(got: Received) -> list[Became]:
    said = [_taken(taken) for taken in got.taken]
    for one in got.contradictions:
        became = f"{'、'.join(one.fields)}不一样，没有发，等您核对"
        said.append(Became(one.alert.uid, "与早已收到的一条矛盾", became, bad=True))
    return said


def _taken(taken: Taken) -> Became:
    alert = taken.alert
    what = f"{alert.grade.zh if alert.grade else ''}{alert.event}　{alert.sender_name}"
    return Became(alert.uid, what, BECAME[alert.status] if taken.new else f"早已收到（{BECAME[alert.status]}）")
