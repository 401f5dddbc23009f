"""转移 under a warning: an officer orders villages to be moved, sees how far each is, and types in what was said on the
telephone."""

from dataclasses import replace
from datetime import datetime
from typing import Any

from aiohttp import web
from sqlalchemy.ext.asyncio import AsyncSession

from bot.access.guards import Caller, Form, posted, require_role
from bot.access.models import Role
from bot.deps import DEPS, Deps
from bot.errors import Conflict
from bot.ids import uuid7
from broadcasts.alerts.listed import Standing, standing
from broadcasts.alerts.models import Alert
from broadcasts.answers.models import How
from broadcasts.dispatch.models import Broadcast
from broadcasts.dispatch.queries import of_alert
from broadcasts.tasks.evacuation.close import call_off
from broadcasts.tasks.evacuation.order import NoMoment, order
from broadcasts.tasks.evacuation.queries import Seen, of_thread
from broadcasts.tasks.evacuation.say import Heard, Spoke, plausible, say
from broadcasts.tasks.evacuation.states import Why
from drills.drills.queries import script
from handlers.chat.understand.at_evacuation import at_evacuation
from handlers.chat.understand.intents import Intent
from handlers.chat.understand.read import understand
from handlers.console.drills.found import found
from handlers.console.evacuations.board import moving
from handlers.console.evacuations.form import Choices, Given, choices, given, moment, wanted
from handlers.console.page import page
from handlers.console.scope import Scope, scope
from handlers.console.warnings.alerts import seen

DESK = (Role.officer, Role.leader)

routes = web.RouteTableDef()


class Unclear(Conflict):
    """没有记下：没看准这句话。请写成“转了12户35人”“都转完了”“还有3个老人不肯走”或“不用转，因为……”。"""


@routes.get("/console/alerts/{uid}/evacuation")
async def show(request: web.Request) -> web.Response:
    return await _page(request, await require_role(request, *DESK))


@routes.get("/console/drills/{uid}/evacuation")
async def of_drill(request: web.Request) -> web.Response:
    """Of the drill's newest message."""
    deps, caller = request.app[DEPS], await require_role(request, *DESK)
    async with deps.read() as session:
        drill = await found(session, await scope(session, caller), request.match_info["uid"])
        sent = [one.alert_id for one in await script(session, drill.id) if one.alert_id]
        alert = await session.get(Alert, sent[-1]) if sent else None
    if alert is None:
        raise web.HTTPNotFound
    raise web.HTTPSeeOther(f"/console/alerts/{alert.uid}/evacuation")


@routes.post("/console/alerts/{uid}/evacuation")
async def act(request: web.Request) -> web.Response:
    """`do` is order (with `basis`, `until`, and for each `village` its `expected-CODE` and `shelter-CODE`), or of a
    `task` heard (with `word`) or stop."""
    deps, caller = request.app[DEPS], await require_role(request, *DESK)
    form = await posted(request, caller)
    try:
        async with deps.begin() as session:
            mine = await scope(session, caller)
            alert = await seen(session, mine, request.match_info["uid"])
            await _act(session, deps, mine, alert, form, by=caller.actor, at=deps.clock.now())
    except Conflict as error:
        kept = given(form) if form.get("do") == "order" else None
        return await _page(request, caller, kept, str(error), status=422)
    back = "/calls" if form.get("back") == "sheet" else ""
    raise web.HTTPSeeOther(f"/console/alerts/{alert.uid}/evacuation{back}")


async def _act(
    session: AsyncSession, deps: Deps, mine: Scope, alert: Alert, form: Form, *, by: str, at: datetime
) -> None:
    if form.get("do") == "order":
        until = moment(str(form.get("until", "")), deps.settings.zone)
        if until is None:
            raise NoMoment
        chosen, sent = await wanted(session, mine, form), await newest(session, alert)
        basis = str(form.get("basis", ""))
        await order(session, deps.settings, mine.areas, alert, sent, chosen, basis=basis, until=until, by=by, at=at)
        return
    one = await task_of(session, mine, alert, str(form.get("task", "")))
    if form.get("do") == "stop":
        await call_off(session, one.task, Why.stopped, by=by, at=at)
    elif form.get("do") == "heard":
        await _heard(session, one, str(form.get("word", "")).strip(), by=by, at=at)
    else:
        raise web.HTTPBadRequest


async def _heard(session: AsyncSession, one: Seen, words: str, *, by: str, at: datetime) -> None:
    """By this officer's ear, in the words of whoever was on the telephone. Raises Unclear where a number cannot be."""
    read = at_evacuation(words)
    meant = understand(words).intent
    if read is not None:
        heard = plausible(read.heard, one.task.expected)
    elif meant in {Intent.help, Intent.cannot, Intent.received}:
        heard = Heard(help=meant is Intent.help, cannot=meant is Intent.cannot)
    else:
        raise Unclear
    if heard.doubts or (read is not None and read.why):
        raise Unclear
    spoke = Spoke(by, How.call, f"call:{uuid7(at)}", words, one.task.person_id)
    await say(session, one.task, replace(heard, doubts=()), spoke, at)


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
    request: web.Request, caller: Caller, kept: Given | None = None, error: str = "", *, status: int = 200
) -> web.Response:
    deps, now = request.app[DEPS], request.app[DEPS].clock.now()
    async with deps.read() as session:
        mine = await scope(session, caller)
        alert = await seen(session, mine, request.match_info["uid"])
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
            "error": error,
            "drill": bool(sent and sent.drill),
        }
    live = "" if error else "/console/live"
    return await page(request, "evacuations/evacuation.html", caller, status=status, live=live, **facts)
