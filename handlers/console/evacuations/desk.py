"""转移 under a warning: an officer orders villages to be moved, sees how far each is, and types in what was said on the
telephone."""

from datetime import datetime
from typing import Any

from aiohttp import web
from sqlalchemy.ext.asyncio import AsyncSession

from bot.access.guards import Caller, Form, posted, require_role
from bot.access.models import Role
from bot.deps import DEPS, Deps
from bot.errors import Conflict
from broadcasts.alerts.listed import Standing, standing
from broadcasts.alerts.models import Alert
from broadcasts.dispatch.models import Broadcast
from broadcasts.dispatch.queries import of_alert
from broadcasts.tasks.evacuation.order import NoMoment, order
from broadcasts.tasks.evacuation.queries import Seen, of_thread
from drills.drills.queries import script
from handlers.console.drills.found import found
from handlers.console.evacuations.board import moving
from handlers.console.evacuations.form import Choices, choices, given, moment, wanted
from handlers.console.evacuations.typed import act_on, typed
from handlers.console.page import page
from handlers.console.scope import Scope, scope
from handlers.console.warnings.seen import seen

DESK = (Role.officer, Role.leader)

routes = web.RouteTableDef()


@routes.get("/console/alerts/{uid}/evacuation")
async def show(request: web.Request) -> web.Response:
    return await _page(request, await require_role(request, *DESK))


@routes.get("/console/drills/{uid}/evacuation")
async def of_drill(request: web.Request) -> web.Response:
    """Of the drill's newest message."""
    deps, caller = request.app[DEPS], await require_role(request, *DESK)
    async with deps.read() as session:
        drill = await found(session, await scope(session, caller), caller, request.match_info["uid"])
        sent = [one.alert_id for one in await script(session, drill.id) if one.alert_id]
        alert = await session.get(Alert, sent[-1]) if sent else None
    if alert is None:
        raise web.HTTPNotFound
    raise web.HTTPSeeOther(f"/console/alerts/{alert.uid}/evacuation")


@routes.post("/console/alerts/{uid}/evacuation")
async def act(request: web.Request) -> web.Response:
    """`do` is order (with `basis`, `until`, and for each `village` its `expected-CODE` and `shelter-CODE`), or of a
    `task` heard (with `word` and `who`), expected or stop (with `sure`)."""
    deps, caller = request.app[DEPS], await require_role(request, *DESK)
    form = await posted(request, caller)
    try:
        async with deps.begin() as session:
            mine, alert = await seen(session, caller, request.match_info["uid"])
            told = await _act(session, deps, mine, alert, form, by=caller.actor, at=deps.clock.now())
    except Conflict as error:
        return await _page(request, caller, form, str(error), status=422)
    if told:
        return await _page(request, caller, error=told, status=409)
    back = "/calls" if form.get("back") == "sheet" else ""
    raise web.HTTPSeeOther(f"/console/alerts/{alert.uid}/evacuation{back}")


async def _act(
    session: AsyncSession, deps: Deps, mine: Scope, alert: Alert, form: Form, *, by: str, at: datetime
) -> str:
    if form.get("do") == "order":
        until = moment(str(form.get("until", "")), deps.settings.zone)
        if until is None:
            raise NoMoment
        chosen, sent = await wanted(session, mine, form), await newest(session, alert)
        basis = str(form.get("basis", ""))
        await order(session, deps.settings, mine.areas, alert, sent, chosen, basis=basis, until=until, by=by, at=at)
        return ""
    one = await task_of(session, mine, alert, str(form.get("task", "")))
    return await act_on(session, one, form, by=by, at=at)


async def newest(session: AsyncSession, alert: Alert) -> Broadcast | None:
    """By which sending the warning went out: its road is the order's too."""
    return next(reversed(await of_alert(session, alert.id)), None)


async def task_of(session: AsyncSession, mine: Scope, alert: Alert, uid: str) -> Seen:
    """Raises 404."""
    found = await of_thread(session, alert.thread, inside=mine.area_id)
    one = next((one for one in found if one.task.uid == uid), None)
    if one is None:
        raise web.HTTPNotFound
    return one


async def _page(
    request: web.Request, caller: Caller, form: Form | None = None, error: str = "", *, status: int = 200
) -> web.Response:
    """`form` is what was not taken."""
    kept = given(form) if form is not None and form.get("do") == "order" else None
    deps, now = request.app[DEPS], request.app[DEPS].clock.now()
    async with deps.read() as session:
        mine, alert = await seen(session, caller, request.match_info["uid"])
        sent = await newest(session, alert)
        stands = standing(alert, now)
        offered: Choices | None = None
        if sent is not None and stands is Standing.force:
            offered = await choices(session, deps.settings, mine, alert, sent, kept, now)
        facts: dict[str, Any] = {
            "alert": alert,
            "standing": stands,
            "moving": await moving(session, mine, alert, now),
            "choices": offered,
            "typed": typed(form) if form is not None else None,
            "error": error,
            "drill": bool(sent and sent.drill),
        }
    live = "" if error else "/console/live"
    return await page(request, "evacuations/evacuation.html", caller, status=status, live=live, **facts)
