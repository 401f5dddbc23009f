"""公众号群发: rare, and always a person's act. The page says what it would come to; then one asks and another agrees;
of red one is enough."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from aiohttp import web
from sqlalchemy.ext.asyncio import AsyncSession

from bot.access.guards import Caller, Form, posted, require_role
from bot.access.hands import hands
from bot.access.models import Role
from bot.channels.oa_mass.limits import A_DAY, A_MONTH
from bot.config import Settings
from bot.deps import DEPS
from bot.errors import SignalTreeError
from broadcasts.alerts.models import Alert
from broadcasts.audience.places import Hit
from broadcasts.dispatch.masses.decide import agree, alone, ask, decline, of_broadcast, waiting
from broadcasts.dispatch.masses.plan import MassPlan, mass_plan, may_alone, refuse
from broadcasts.dispatch.masses.preview import lookers, show_to
from broadcasts.dispatch.masses.shown import shown
from broadcasts.dispatch.masses.states import Whom
from broadcasts.dispatch.masses.words import words
from broadcasts.dispatch.models import Broadcast
from broadcasts.dispatch.queries import broadcast
from handlers.console.page import county_name, page
from handlers.console.scope import Scope, scope

ASKS, AGREES = (Role.officer, Role.leader), (Role.leader, Role.approver)
MAY = (Role.officer, Role.leader, Role.approver)
SURE = "群发要再确认一次：请填本县名字的第一个字“{}”。"
AGAIN = "刚才已经提过一次群发。请再看一遍这一页。"
MOVED = "人数变了：原来 {} 人，现在 {} 人。请再看一遍。"

routes = web.RouteTableDef()


@dataclass(frozen=True)
class Ground:
    """The sending that a mass send would join, and the caller's part of the county."""

    mine: Scope
    sent: Broadcast
    alert: Alert
    hit: Hit


@routes.get("/console/broadcasts/{id}/mass")
async def look(request: web.Request) -> web.Response:
    """`?whom=`: whom it would go to."""
    return await _page(request, await require_role(request, *MAY), _whom(request.query.get("whom", "")))


@routes.post("/console/broadcasts/{id}/mass")
async def act(request: web.Request) -> web.Response:
    """`do` is preview, ask, agree or decline. What cannot be done is said above the page, and nothing of it was."""
    deps, caller = request.app[DEPS], await require_role(request, *MAY)
    form, at = await posted(request, caller), deps.clock.now()
    whom = _whom(str(form.get("whom", "")))
    try:
        async with deps.begin() as session:
            ground = await _ground(session, caller, request.match_info["id"])
            said = await _do(session, deps.settings, ground, form, caller, whom, at)
    except (SignalTreeError, Unsure) as error:
        return await _page(request, caller, whom, error=str(error), status=422)
    if said:
        return await _page(request, caller, whom, done=said)
    raise web.HTTPSeeOther(f"/console/alerts/{ground.alert.uid}")


class Unsure(Exception):
    """The form lacks a confirmation; its text says which."""


async def _do(
    session: AsyncSession, settings: Settings, ground: Ground, form: Form, caller: Caller, whom: Whom, at: datetime
) -> str:
    """What was done, where the page stays."""
    about = (session, settings, ground.mine.areas, ground.alert, ground.hit, ground.sent)
    match str(form.get("do", "")):
        case "preview" if caller.may(*ASKS):
            return await _preview(session, settings, ground, str(form.get("who", "")), caller, at)
        case "ask" if caller.may(*ASKS):
            await _first(session, ground, str(form.get("last", "")))
            await _sure(session, settings, ground, form, whom, at, first=may_alone(ground.alert))
            await ask(*about, whom, by=caller.actor, at=at)
        case "agree" if caller.may(*AGREES):
            asked = await _open(session, ground, at)
            await _sure(session, settings, ground, form, asked.whom, at, first=True)
            await agree(*about, asked, by=caller.actor, at=at)
        case "decline":
            asked = await _open(session, ground, at)
            if not caller.may(*AGREES) and caller.actor != asked.asked_by:
                raise web.HTTPForbidden
            await decline(session, asked, word=str(form.get("word", "")), by=caller.actor, at=at)
        case "ask" | "agree" | "preview":
            raise web.HTTPForbidden
        case _:
            raise web.HTTPBadRequest
    return ""


async def _open(session: AsyncSession, ground: Ground, at: datetime) -> Any:
    asked = await waiting(session, ground.sent.id, at)
    if asked is None:
        raise web.HTTPConflict
    return asked


async def _first(session: AsyncSession, ground: Ground, last: str) -> None:
    """A second press of the same page, or a page that is loaded again, asks for nothing more. Raises Unsure."""
    await alone(session, ground.sent)
    newest = next(iter(await of_broadcast(session, ground.sent.id)), None)
    if last != (newest.uid if newest else ""):
        raise Unsure(AGAIN)


async def _sure(
    session: AsyncSession, settings: Settings, ground: Ground, form: Form, whom: Whom, at: datetime, *, first: bool
) -> None:
    """It goes to as many as were read, and whoever sends it says so. Raises Unsure."""
    county = (await county_name(session))[:1]
    if first and str(form.get("first", "")).strip() != county:
        raise Unsure(SURE.format(county))
    plan = await mass_plan(session, settings, ground.mine.areas, ground.alert, ground.hit, whom, at)
    size = str(form.get("size", ""))
    if size != str(len(plan.ids)):
        raise Unsure(MOVED.format(size[:9] or "没有写", len(plan.ids)))


async def _preview(
    session: AsyncSession, settings: Settings, ground: Ground, who: str, caller: Caller, at: datetime
) -> str:
    refuse(settings, ground.alert, ground.sent, at)
    found = next((one for one in await lookers(session) if str(one.person_id) == who), None)
    if found is None:
        raise Unsure("请选一个关注了公众号的人先看。")
    text = await words(session, settings, ground.mine.areas, ground.alert, ground.hit, ground.sent, at)
    await show_to(session, ground.sent, found, text, by=caller.actor, at=at)
    return f"已发到 {found.name} 的手机，请看过再发。"


async def _ground(session: AsyncSession, caller: Caller, broadcast_id: str) -> Ground:
    """404 for what is no alert's, or not wholly within the caller's part."""
    mine, found = await scope(session, caller), await broadcast(session, broadcast_id)
    alert = await session.get(Alert, found.alert_id) if found and found.alert_id and not found.subject else None
    if found is None or alert is None or not mine.decides(alert):
        raise web.HTTPNotFound
    return Ground(mine, found, alert, mine.hit(alert))


def _whom(given: str) -> Whom:
    return Whom(given) if given in set(Whom) else Whom.missed


async def _page(
    request: web.Request, caller: Caller, whom: Whom, *, error: str = "", done: str = "", status: int = 200
) -> web.Response:
    deps = request.app[DEPS]
    now = deps.clock.now()
    async with deps.read() as session:
        ground = await _ground(session, caller, request.match_info["id"])
        open_ = await waiting(session, ground.sent.id, now)
        own = await hands(session, {open_.asked_by}) if open_ else frozenset[str]()
        facts: dict[str, Any] = {
            "alert": ground.alert, "sent": ground.sent, "error": error, "done": done, "open": open_,
            "whom": open_.whom if open_ else whom, "masses": await shown(session, ground.sent.id, now),
            "lookers": await lookers(session), "first": (await county_name(session))[:1],
            "alone": may_alone(ground.alert), "month": A_MONTH, "day": A_DAY, "plan": None, "text": "",
            "asks": caller.may(*ASKS), "agrees": caller.may(*AGREES) and caller.actor not in own,
        }  # fmt: skip
        try:
            refuse(deps.settings, ground.alert, ground.sent, now)
            facts["plan"] = await _plan(session, deps.settings, ground, facts["whom"], now)
            facts["text"] = await words(
                session, deps.settings, ground.mine.areas, ground.alert, ground.hit, ground.sent, now
            )
        except SignalTreeError as refused:
            facts["error"] = facts["error"] or str(refused)
    return await page(request, "warnings/mass.html", caller, status=status, **facts)


async def _plan(session: AsyncSession, settings: Settings, ground: Ground, whom: Whom, at: datetime) -> MassPlan:
    return await mass_plan(session, settings, ground.mine.areas, ground.alert, ground.hit, whom, at)
