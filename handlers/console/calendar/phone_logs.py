"""来电: a call is typed in while it is heard; who looks at the caller's number is on record."""

import secrets
from datetime import datetime
from typing import Any

from aiohttp import web
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from bot.access.guards import Caller, posted, require_role
from bot.access.models import Role
from bot.deps import DEPS
from bot.record.entries import record
from drills.duty.models import PhoneLog
from drills.duty.phones import Caller as Speaker
from drills.duty.phones import caller_of, keep, logged
from handlers.console.calendar.duty import within
from handlers.console.page import page
from handlers.console.scope import Scope, scope

MAY = (Role.officer, Role.leader)
FIELDS = ("said", "place", "unit", "name", "phone", "told", "at")

routes = web.RouteTableDef()


@routes.get("/console/phone-log")
async def show(request: web.Request) -> web.Response:
    return await _shown(request, await require_role(request, *MAY))


@routes.post("/console/phone-log")
async def note(request: web.Request) -> web.Response:
    """What was said is enough; the moment is now unless another is given."""
    deps, caller = request.app[DEPS], await require_role(request, *MAY)
    form, now = await posted(request, caller), deps.clock.now()
    given = {name: str(form.get(name, "")).strip() for name in FIELDS}
    when = _moment(given["at"], now, request)
    if not given["said"] or when is None:
        error = "请写对方说了什么。" if not given["said"] else "时间不对，不能晚于现在。"
        return await _shown(request, caller, error=error, given=given, key=str(form.get("key", "")), status=422)
    async with deps.begin() as session:
        mine = await scope(session, caller)
        desk = mine.area_id or next(root.id for root in mine.areas.roots)
        await keep(
            session, deps.vault, key=str(form.get("key", ""))[:64] or secrets.token_hex(16), area_id=desk,
            called_at=when, place=given["place"], caller=Speaker(given["unit"], given["name"], given["phone"]),
            said=given["said"][:2000], told=given["told"], by=caller.actor, at=now,
        )  # fmt: skip
    raise web.HTTPSeeOther("/console/phone-log")


@routes.get("/console/phone-log/{uid}")
async def one(request: web.Request) -> web.Response:
    """With who called. Looking is on record."""
    deps, caller = request.app[DEPS], await require_role(request, *MAY)
    async with deps.begin() as session:
        mine = await scope(session, caller)
        wanted = select(PhoneLog).where(col(PhoneLog.uid) == request.match_info["uid"])
        log = (await session.execute(wanted)).scalar_one_or_none()
        if log is None or not within(mine, log.area_id):
            raise web.HTTPNotFound
        if log.caller:
            record(session, caller.actor, "phone.looked", log.uid, deps.clock.now())
        rows = await _rows(session, mine)
    return await _page(request, caller, rows, open_=log, who=caller_of(deps.vault, log))


def _moment(text: str, now: datetime, request: web.Request) -> datetime | None:
    if not text:
        return now
    try:
        found = datetime.fromisoformat(text).replace(tzinfo=request.app[DEPS].settings.zone)
    except ValueError:
        return None
    return found if found <= now else None


async def _rows(session: AsyncSession, mine: Scope) -> list[PhoneLog]:
    inside = None if mine.area_id is None else [node.id for node in mine.areas.below(mine.area_id)]
    return await logged(session, inside)


async def _shown(request: web.Request, caller: Caller, **more: Any) -> web.Response:
    async with request.app[DEPS].read() as session:
        rows = await _rows(session, await scope(session, caller))
    return await _page(request, caller, rows, **more)


async def _page(
    request: web.Request,
    caller: Caller,
    rows: list[PhoneLog],
    *,
    open_: PhoneLog | None = None,
    who: Speaker | None = None,
    error: str = "",
    given: dict[str, str] | None = None,
    key: str = "",
    status: int = 200,
) -> web.Response:
    facts = {"given": given or dict.fromkeys(FIELDS, ""), "key": key or secrets.token_hex(16), "error": error}
    return await page(
        request, "calendar/phone_log.html", caller, status=status, rows=rows, open=open_, who=who, **facts
    )
