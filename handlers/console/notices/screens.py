"""通知预警: what the county says itself: the list, a new one, another version. Nothing here is sent."""

from collections.abc import Collection, Sequence
from typing import Any

from aiohttp import web
from sqlalchemy.ext.asyncio import AsyncSession

from bot.access.guards import Caller, posted, require_role
from bot.deps import DEPS
from broadcasts.alerts import queries as alerts
from broadcasts.alerts.models import OWN, Kind
from broadcasts.audience.choice import RESIDENTS
from broadcasts.audience.select import ROLE_ORDER
from broadcasts.hazards.tables import rows as hazards
from broadcasts.intake.message import Fault
from broadcasts.notices.models import Notice, State
from broadcasts.notices.queries import listed
from broadcasts.notices.rights import bodies, rights
from broadcasts.notices.tell import title
from broadcasts.notices.writing.checks import Ground, Unfit
from broadcasts.notices.writing.content import Content
from broadcasts.notices.writing.hearers import KINDS
from broadcasts.notices.writing.prepare import Begun, all_clear, another, first
from broadcasts.notices.writing.write import NothingToEnd, begin, change, submit, target
from handlers.console.notices.desk import LOOK, WRITE, Before, before, ground, stand
from handlers.console.notices.forms import ORDERS, NoticeForm, beside, filled, offering, read
from handlers.console.page import page
from handlers.console.scope import Scope

routes = web.RouteTableDef()
PAGE = 30
NEW = "/console/notices/new"


@routes.get("/console/notices")
async def all_notices(request: web.Request) -> web.Response:
    """What waits first, then the newest. `?before=` is where the page begins."""
    deps, caller = request.app[DEPS], await require_role(request, *LOOK)
    asked = request.query.get("before", "")
    start = int(asked) if asked.isdecimal() and len(asked) < 10 else None
    async with deps.read() as session:
        rows = await listed(session, before=start, most=PAGE + 1)
        mine, here = await ground(session, caller)
        seen = [one for row in rows[:PAGE] if (one := await stand(session, caller, row, mine, here))]
    items = [(one, title(one.notice, one.content)) for one in seen]
    onward = f"/console/notices?before={rows[PAGE - 1].id}" if len(rows) > PAGE else ""
    nearest = next((pair for pair in items if pair[0].approves and pair[0].notice.state is State.submitted), None)
    nearest = nearest or next((pair for pair in items if pair[0].sends), None)
    own = [pair for pair in items if caller.actor in pair[0].wrote and pair[0].writes]
    back = (pair for state in (State.returned, State.draft) for pair in own if pair[0].notice.state is state)
    facts: dict[str, Any] = {
        "items": items,
        "nearest": nearest or next(back, None),
        "onward": onward,
        "writes": caller.may(*WRITE),
    }
    return await page(request, "notices/notices.html", caller, **facts)


@routes.get(NEW)
async def new(request: web.Request) -> web.Response:
    """`?kind=` local or notice; or `?type=` Update or Cancel and `?refers=` an alert of our own."""
    deps, caller = request.app[DEPS], await require_role(request, *WRITE)
    async with deps.read() as session:
        mine, here = await ground(session, caller)
        begun = await _begun(session, request, mine, here)
        form = filled(begun.content, mine.areas, deps.settings.zone)
        return await _form_page(request, session, caller, mine, begun, form)


@routes.post(NEW)
async def create(request: web.Request) -> web.Response:
    """`do` is save, or submit: then it is kept only where it can be handed in as it is."""
    deps, caller = request.app[DEPS], await require_role(request, *WRITE)
    sent = await posted(request, caller)
    form, at = NoticeForm(sent), deps.clock.now()
    try:
        async with deps.begin() as session:
            mine, here = await ground(session, caller)
            begun = await _begun(session, request, mine, here)
            content, wrong = read(form, begun.kind, mine, deps.settings.zone)
            if wrong:
                raise Unfit(wrong)
            facts = {"msg_type": begun.msg_type, "refers": begun.refers}
            made = await begin(session, begun.kind, content, here, by=caller.actor, at=at, **facts)
            if sent.get("do") == "submit":
                await submit(session, deps.settings, made, here, by=caller.actor, at=at)
    except Unfit as error:
        return await _again(request, caller, form, error.faults)
    raise web.HTTPSeeOther(f"/console/notices/{made.uid}")


@routes.get("/console/notices/{uid}/edit")
async def edit(request: web.Request) -> web.Response:
    deps, caller = request.app[DEPS], await require_role(request, *WRITE)
    async with deps.read() as session:
        one = await _written(session, caller, request.match_info["uid"])
        form = filled(one.content, one.mine.areas, deps.settings.zone)
        return await _form_page(request, session, caller, one.mine, _of(one.notice, one.content), form)


@routes.post("/console/notices/{uid}/edit")
async def save(request: web.Request) -> web.Response:
    deps, caller = request.app[DEPS], await require_role(request, *WRITE)
    sent = await posted(request, caller)
    form, at = NoticeForm(sent), deps.clock.now()
    try:
        async with deps.begin() as session:
            one = await _written(session, caller, request.match_info["uid"])
            content, wrong = read(form, one.notice.kind, one.mine, deps.settings.zone)
            if wrong:
                raise Unfit(wrong)
            await change(session, one.notice, content, one.ground, by=caller.actor, at=at)
            if sent.get("do") == "submit" and one.notice.state is State.draft:
                await submit(session, deps.settings, one.notice, one.ground, by=caller.actor, at=at)
    except Unfit as error:
        return await _again(request, caller, form, error.faults)
    raise web.HTTPSeeOther(f"/console/notices/{one.notice.uid}")


async def _again(request: web.Request, caller: Caller, form: NoticeForm, faults: Sequence[Fault]) -> web.Response:
    """The form as it was sent, each fault at its field; nothing was kept."""
    async with request.app[DEPS].read() as session:
        if uid := request.match_info.get("uid"):
            one = await _written(session, caller, uid)
            mine, begun = one.mine, _of(one.notice, one.content)
        else:
            mine, here = await ground(session, caller)
            begun = await _begun(session, request, mine, here)
        return await _form_page(request, session, caller, mine, begun, form, faults, status=422)


async def _form_page(
    request: web.Request,
    session: AsyncSession,
    caller: Caller,
    mine: Scope,
    begun: Begun,
    form: NoticeForm,
    faults: Sequence[Fault] = (),
    *,
    status: int = 200,
) -> web.Response:
    deps = request.app[DEPS]
    _, here = await ground(session, caller)
    day = deps.clock.now().astimezone(deps.settings.zone).date()
    named = bodies(await rights(session), mine.areas, begun.kind, day)
    form = offering(form, begun.kind, named, _order(here.roles))
    beside(form, faults)
    facts: dict[str, Any] = {
        "form": form,
        "begun": begun,
        "faults": faults,
        "hazards": sorted({row["name"] for row in hazards()}),
        "orders": ORDERS,
        "towns": [node.name for root in mine.areas.roots for node in mine.areas.children(root.id)]
        if mine.whole
        else [node.name for node in mine.areas.below(mine.area_id or 0)],
        "no_bodies": not named,
    }
    return await page(request, "notices/form.html", caller, status=status, **facts)


async def _begun(session: AsyncSession, request: web.Request, mine: Scope, here: Ground) -> Begun:
    """What a new one begins with. Raises NothingToEnd for what cannot be updated or ended."""
    asked, at = request.query, request.app[DEPS].clock.now()
    if asked.get("type") in {"Update", "Cancel"}:
        alert = await alerts.by_uid(session, asked.get("refers", ""))
        if alert is None or alert.kind not in OWN:
            raise NothingToEnd
        await target(session, alert.uid, alert.kind, here)
        make = all_clear if asked["type"] == "Cancel" else another
        return await make(session, alert)
    kind = Kind.local if asked.get("kind") == "local" else Kind.notice
    return first(kind, at, [node.code for node in _tops(mine)])


def _tops(mine: Scope) -> Sequence[Any]:
    return mine.areas.roots if mine.area_id is None else [mine.areas.nodes[mine.area_id]]


async def _written(session: AsyncSession, caller: Caller, uid: str) -> Before:
    """Raises 403 where it is not the caller's to change."""
    one = await before(session, caller, uid)
    if not one.writes:
        raise web.HTTPForbidden
    return one


def _of(notice: Notice, content: Content) -> Begun:
    return Begun(notice.kind, content, notice.msg_type, notice.refers)


def _order(roles: Collection[str]) -> list[str]:
    known = (*ROLE_ORDER, *KINDS, RESIDENTS)
    return [*(role for role in known if role in roles), *sorted(set(roles) - set(known))]
