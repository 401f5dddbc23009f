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
from broadcasts.dispatch.masses.decide import agree, allowed, alone, ask, decline, of_broadcast, waiting
from broadcasts.dispatch.masses.following.before import massed
from broadcasts.dispatch.masses.plan import mass_plan, may_alone, refuse
from broadcasts.dispatch.masses.preview import lookers, show_to
from broadcasts.dispatch.masses.shown import shown
from broadcasts.dispatch.masses.states import Whom
from broadcasts.dispatch.masses.tagged import Tagged
from broadcasts.dispatch.masses.waits import AGREES
from broadcasts.dispatch.masses.words import words
from broadcasts.dispatch.models import Broadcast
from handlers.console.page import county_name, page
from handlers.console.scope import Scope
from handlers.console.warnings.mass_tags import Tags, tags_of
from handlers.console.warnings.seen import own_sending

ASKS = (Role.officer, Role.leader)
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
    """`?whom=`: whom it would go to; `?tag=`: under which of the account's tags they stand."""
    caller = await require_role(request, *MAY)
    return await _page(request, caller, _whom(request.query.get("whom", "")), _number(request.query.get("tag", "")))


@routes.post("/console/broadcasts/{id}/mass")
async def act(request: web.Request) -> web.Response:
    """`do` is preview, ask, agree or decline. What cannot be done is said above the page, and nothing of it was."""
    deps, caller = request.app[DEPS], await require_role(request, *MAY)
    form, at = await posted(request, caller), deps.clock.now()
    whom, tag = _whom(str(form.get("whom", ""))), _number(str(form.get("tag", "")))
    there = await tags_of(request, tag) if whom is Whom.tag else Tags()
    try:
        async with deps.begin() as session:
            ground = await _ground(session, caller, request.match_info["id"])
            said = await _do(session, deps.settings, ground, form, caller, whom, there, at)
    except (SignalTreeError, Unsure) as error:
        return await _page(request, caller, whom, tag, error=str(error), status=422)
    if said:
        return await _page(request, caller, whom, tag, done=said)
    raise web.HTTPSeeOther(f"/console/alerts/{ground.alert.uid}")


class Unsure(Exception):
    """The form lacks a confirmation; its text says which."""


async def _do(
    session: AsyncSession, settings: Settings, ground: Ground, form: Form, caller: Caller, whom: Whom, there: Tags,
    at: datetime,
) -> str:  # fmt: skip
    """What was done, where the page stays."""
    alone_ = await may_alone(session, ground.alert)
    about = (session, settings, ground.mine.areas, ground.alert, ground.hit, ground.sent)
    match str(form.get("do", "")):
        case "preview" if caller.may(*ASKS):
            return await _preview(session, settings, ground, str(form.get("who", "")), caller, at)
        case "ask" if caller.may(*ASKS):
            await _first(session, ground, str(form.get("last", "")))
            tag = await there.must(session) if whom is Whom.tag else None
            await _sure(session, settings, ground, form, whom, tag, at, first=alone_)
            await ask(*about, whom, by=caller.actor, at=at, tag=tag)
        case "agree" if caller.may(*_agrees(alone_)):
            asked = await _open(session, ground, at)
            if asked.whom is not whom or (
                asked.tag_id is not None and there.chosen and asked.tag_id != there.chosen.id
            ):
                raise Unsure(AGAIN)
            tag = await there.must(session) if whom is Whom.tag else None
            await _sure(session, settings, ground, form, asked.whom, tag, at, first=True)
            await agree(*about, asked, by=caller.actor, at=at, tag=tag)
        case "decline":
            asked = await _open(session, ground, at)
            if not caller.may(*_agrees(alone_)) and caller.actor != asked.asked_by:
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
    session: AsyncSession, settings: Settings, ground: Ground, form: Form, whom: Whom, tag: Tagged | None,
    at: datetime, *, first: bool,
) -> None:  # fmt: skip
    """It goes to as many as were read, and whoever sends it says so. Raises Unsure."""
    county = (await county_name(session))[:1]
    if first and str(form.get("first", "")).strip() != county:
        raise Unsure(SURE.format(county))
    plan = await mass_plan(session, settings, ground.mine.areas, ground.alert, ground.hit, whom, at, tag)
    size = str(form.get("size", ""))
    if size != str(plan.size):
        raise Unsure(MOVED.format(size[:9] or "没有写", plan.size))


async def _preview(
    session: AsyncSession, settings: Settings, ground: Ground, who: str, caller: Caller, at: datetime
) -> str:
    refuse(settings, ground.alert, ground.sent, at)
    found = next((one for one in await lookers(session) if str(one.person_id) == who), None)
    if found is None:
        raise Unsure("请选一个关注了公众号的人先看。")
    text = await words(session, settings, ground.mine.areas, ground.alert, ground.sent, Whom.missed, at)
    await show_to(session, ground.sent, found, text, by=caller.actor, at=at)
    return f"已发到 {found.name} 的手机，请看过再发。"


async def _ground(session: AsyncSession, caller: Caller, broadcast_id: str) -> Ground:
    """404 for what is no alert's, or not wholly within the caller's part."""
    mine, sent, alert = await own_sending(session, caller, broadcast_id)
    return Ground(mine, sent, alert, mine.hit(alert))


def _whom(given: str) -> Whom:
    return Whom(given) if given in set(Whom) else Whom.missed


def _number(given: str) -> int | None:
    return int(given) if given.isascii() and given.isdecimal() and len(given) < 10 else None


def _agrees(alone_: bool) -> tuple[Role, ...]:
    """Of red the officer's own word is enough, as it is where the officer asks."""
    return (*AGREES, Role.officer) if alone_ else AGREES


async def _page(
    request: web.Request, caller: Caller, whom: Whom, tag: int | None = None, *, error: str = "", done: str = "",
    status: int = 200,
) -> web.Response:  # fmt: skip
    deps = request.app[DEPS]
    now = deps.clock.now()
    async with deps.read() as session:
        sent = (await _ground(session, caller, request.match_info["id"])).sent
        open_ = await waiting(session, sent.id, now)
    if open_:
        whom, tag = open_.whom, open_.tag_id
    there = await tags_of(request, tag) if whom is Whom.tag else Tags()
    async with deps.read() as session:
        ground = await _ground(session, caller, request.match_info["id"])
        own = await hands(session, {open_.asked_by}) if open_ else frozenset[str]()
        alone_ = await may_alone(session, ground.alert)
        facts: dict[str, Any] = {
            "alert": ground.alert, "sent": ground.sent, "error": error, "done": done, "open": open_,
            "whom": whom, "tags": there, "follows": await massed(session, ground.alert),
            "masses": await shown(session, ground.sent.id, now),
            "lookers": await lookers(session), "first": (await county_name(session))[:1],
            "alone": alone_, "month": A_MONTH, "day": A_DAY, "plan": None, "text": "",
            "asks": caller.may(*ASKS), "agrees": caller.may(*_agrees(alone_)) and (alone_ or caller.actor not in own),
        }  # fmt: skip
        try:
            await allowed(session, deps.settings, ground.alert, ground.sent, whom, now)
            one = await there.must(session) if whom is Whom.tag and tag is not None else None
            if whom is not Whom.tag or one is not None:
                areas, alert = ground.mine.areas, ground.alert
                facts["plan"] = await mass_plan(session, deps.settings, areas, alert, ground.hit, whom, now, one)
                facts["text"] = await words(session, deps.settings, areas, alert, ground.sent, whom, now)
        except SignalTreeError as refused:
            facts["error"] = facts["error"] or str(refused)
    return await page(request, "warnings/mass.html", caller, status=status, **facts)
