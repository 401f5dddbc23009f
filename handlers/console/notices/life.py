"""What is done with an alert from its page: 仍有效 where it has no end, and a correction that stands ready."""

from typing import Any

import sqlalchemy as sa
from aiohttp import web
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from bot.access.guards import Caller, posted, require_role
from bot.access.models import User
from bot.deps import DEPS
from bot.directory.models import Person
from bot.errors import SignalTreeError
from broadcasts.alerts.models import Alert
from broadcasts.dispatch.states import Purpose
from broadcasts.dispatch.texts.alert_text import headline
from broadcasts.life.questions import still_valid
from broadcasts.notices.correct import NothingToCorrect, correct, correctable, look, prepared
from broadcasts.notices.writing.checks import Unfit
from handlers.console.notices.thread import CORRECT, MAY
from handlers.console.page import page
from handlers.console.paste.preview import texts, whom
from handlers.console.scope import scope
from handlers.console.warnings.seen import seen

routes = web.RouteTableDef()


class NotForATown(SignalTreeError):
    """没有更正：两下就发的更正由县里做。请打电话给县值班室，或另写一条更新，由审批人批准。"""


@routes.post("/console/alerts/{uid}/valid")
async def valid(request: web.Request) -> web.Response:
    """仍有效."""
    deps, caller = request.app[DEPS], await require_role(request, *MAY)
    await posted(request, caller)
    async with deps.begin() as session:
        alert = await _mine(session, caller, request.match_info["uid"])
        await still_valid(session, deps.settings, alert, by=caller.actor, at=deps.clock.now())
    raise web.HTTPSeeOther(f"/console/alerts/{alert.uid}")


@routes.get("/console/alerts/{uid}/correct")
async def ready(request: web.Request) -> web.Response:
    """The correction as it may go at once."""
    return await _ready(request, await require_role(request, *CORRECT))


@routes.post("/console/alerts/{uid}/correct")
async def send(request: web.Request) -> web.Response:
    deps, caller = request.app[DEPS], await require_role(request, *CORRECT)
    form, at = await posted(request, caller), deps.clock.now()
    text = str(form.get("text", "")).replace("\r\n", "\n")
    try:
        async with deps.begin() as session:
            alert = await _mine(session, caller, request.match_info["uid"])
            if not (await scope(session, caller)).whole:
                raise NotForATown
            name = await _name(session, caller)
            made = await correct(session, deps.settings, alert, text, by=caller.actor, name=name, at=at)
    except (Unfit, NothingToCorrect, NotForATown) as error:
        status = 422 if isinstance(error, Unfit) else 403 if isinstance(error, NotForATown) else 409
        return await _ready(request, caller, text=text, error=str(error), status=status)
    raise web.HTTPSeeOther(f"/console/alerts/{made.uid}")


async def _ready(
    request: web.Request, caller: Caller, *, text: str = "", error: str = "", status: int = 200
) -> web.Response:
    deps = request.app[DEPS]
    now = deps.clock.now()
    async with deps.read() as session:
        alert = await _mine(session, caller, request.match_info["uid"])
        facts: dict[str, Any] = {"alert": alert, "error": error, "reach": None, "text": text}
        facts["line"] = headline(alert, Purpose.first, None, "").strip()
        if await correctable(session, alert, now):
            facts["text"] = text or await prepared(session, deps.settings, alert, now)
            shown = await prepared(session, deps.settings, alert, now)
            made = await look(session, deps.settings, alert, shown, name=await _name(session, caller), at=now)
            facts["reach"] = (whom(made.plan), texts(made.plan))
    return await page(request, "notices/correct.html", caller, status=status, **facts)


async def _mine(session: AsyncSession, caller: Caller, uid: str) -> Alert:
    """Raises 404 for what the caller does not see, 403 for what is not theirs to decide."""
    mine, alert = await seen(session, caller, uid)
    if not mine.decides(alert):
        raise web.HTTPForbidden
    return alert


async def _name(session: AsyncSession, caller: Caller) -> str:
    """Of the person behind the account, by which a notice names who stands for it."""
    wanted = (
        sa.select(sa.func.coalesce(col(Person.name), col(User.name)))
        .select_from(User)
        .join(Person, col(Person.id) == col(User.person_id), isouter=True)
        .where(col(User.id) == caller.user_id)
    )
    return str(await session.scalar(wanted) or caller.name)
