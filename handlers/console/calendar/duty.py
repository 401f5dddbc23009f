"""值班: the week as a calendar, who has confirmed in ink and who has not in red; one shift by hand; a spot check."""

import re
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from aiohttp import web
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from bot.access.guards import Caller, posted, require_role, signed_in
from bot.access.models import Role, User
from bot.deps import DEPS
from bot.directory.imports.cells import BadCell
from bot.errors import Conflict, SignalTreeError
from bot.record.entries import record
from drills.duty import checks
from drills.duty.lines import write_lines
from drills.duty.models import Post, Shift
from drills.duty.now import phone_of, posts, roster
from drills.duty.owed import confirm, late_by
from drills.duty.rosters.looked import directory
from drills.duty.rosters.people import whom
from drills.duty.rosters.planned import LONGEST, Plan, Proposed, weigh
from drills.duty.rosters.written import remove, write
from drills.duty.rules import rules
from handlers.console.calendar.unsure import number_of, unsure
from handlers.console.calendar.week import (
    DAYS,
    changing_of,
    days_of,
    missing_year,
    nearest,
    printed,
    results,
    week_of,
)
from handlers.console.page import page
from handlers.console.scope import Scope, scope

EDIT = (Role.officer, Role.leader, Role.admin)
CHECK = (Role.leader, Role.admin)
PHONE = re.compile(r"\+?[0-9][0-9 -]{2,23}")
GIVEN = ("post", "area", "role", "person", "starts", "ends")

routes = web.RouteTableDef()


class Over(Conflict):
    """这个班已经过去了，值班记录不再改。"""


@routes.get("/console/duty")
async def show(request: web.Request) -> web.Response:
    """`?week=` is any day of it, `?post=` one post alone, `?call=` the shift for whose sake somebody is telephoned. It
    prints on A4."""
    return await shown(request, await signed_in(request))


@routes.post("/console/duty/shift")
async def by_hand(request: web.Request) -> web.Response:
    """One shift, weighed like those of a file."""
    deps, caller = request.app[DEPS], await require_role(request, *EDIT)
    form, at = await posted(request, caller), deps.clock.now()
    given = {name: str(form.get(name, "")).strip() for name in GIVEN}
    try:
        async with deps.begin() as session:
            mine = await scope(session, caller)
            plan = await _one(session, request, mine, given)
            if plan.faults:
                raise BadCell(plan.faults[0].why)
            await write(session, plan, source="hand", by=caller.actor, zone=deps.settings.zone, at=at)
    except (BadCell, SignalTreeError) as error:
        return await shown(request, caller, error=str(error), given=given, status=422)
    raise web.HTTPSeeOther(f"/console/duty?week={given['starts'][:10]}")


@routes.post("/console/duty/post/{uid}")
async def telephone(request: web.Request) -> web.Response:
    """The room's own telephone, named wherever a duty phone is while somebody sits there. Empty: the area's."""
    deps, caller = request.app[DEPS], await require_role(request, *EDIT)
    form, at = await posted(request, caller), deps.clock.now()
    phone = str(form.get("phone", "")).strip()
    try:
        if phone and PHONE.fullmatch(phone) is None:
            raise BadCell(f"“{phone[:24]}”不像电话号码。请写数字，可以有横线，例如 0838-2210000。")
        async with deps.begin() as session:
            post = await post_within(session, await scope(session, caller), request.match_info["uid"])
            if post.phone != phone:
                post.phone = phone
                session.add(post)
                record(session, caller.actor, "post.phone", post.uid, at)
    except BadCell as error:
        return await shown(request, caller, error=str(error), status=422)
    await write_lines(deps, at)
    raise web.HTTPSeeOther("/console/duty")


@routes.post("/console/duty/shift/{uid}")
async def change(request: web.Request) -> web.Response:
    """`do` is confirm (one's own, or after a telephone call) or remove."""
    deps, caller = request.app[DEPS], await require_role(request, *EDIT)
    form, at = await posted(request, caller), deps.clock.now()
    try:
        async with deps.begin() as session:
            shift = await _standing(session, await scope(session, caller), request.match_info["uid"], at)
            match form.get("do"):
                case "confirm":
                    await confirm(session, shift, by=caller.actor, at=at)
                case "remove":
                    await remove(session, shift, by=caller.actor, at=at)
                case _:
                    raise web.HTTPBadRequest
    except Over as error:
        return await shown(request, caller, error=str(error), status=409)
    raise web.HTTPSeeOther(f"/console/duty?week={shift.starts_at.astimezone(deps.settings.zone):%Y-%m-%d}")


async def _standing(session: AsyncSession, mine: Scope, uid: str, at: datetime) -> Shift:
    """Raises 404, and Over."""
    wanted = select(Shift, Post).join(Post, col(Post.id) == col(Shift.post_id)).where(col(Shift.uid) == uid)
    row = (await session.execute(wanted)).first()
    if row is None or not within(mine, row[1].area_id):
        raise web.HTTPNotFound
    if row[0].ends_at <= at:
        raise Over
    return row[0]


async def _one(session: AsyncSession, request: web.Request, mine: Scope, given: dict[str, str]) -> Plan:
    """Raises BadCell."""
    deps = request.app[DEPS]
    known = await directory(session, deps.vault, mine.area_id)
    area, name = await _place(session, mine, given)
    person = whom(known.people, deps.vault, known.areas, area, given["person"], "")
    if given["role"] not in known.rules.roles:
        raise BadCell("请选角色。")
    starts, ends = (_moment(given[edge]).replace(tzinfo=deps.settings.zone) for edge in ("starts", "ends"))
    if not starts < ends <= starts + LONGEST:
        raise BadCell("结束要在开始以后，一个班最多 48 小时。")
    if ends <= deps.clock.now():
        raise BadCell("这个班已经过去了。请核对年月日。")
    return await weigh(
        session, Plan(1, [Proposed(1, "", name, area, given["role"], person, starts, ends)]), deps.settings.zone
    )


async def _place(session: AsyncSession, mine: Scope, given: dict[str, str]) -> tuple[int, str]:
    """A post that is there, or a new one by its area and name."""
    found = next((p for p in await posts(session) if p.uid == given["post"]), None)
    if found is not None and within(mine, found.area_id):
        return found.area_id, found.name
    area = int(given["area"]) if given["area"].isdecimal() and len(given["area"]) < 10 else 0
    if not given["post"] or found is not None or area not in mine.areas.nodes or not within(mine, area):
        raise BadCell("请选值班室。")
    return area, given["post"][:64]


def _moment(text: str) -> datetime:
    try:
        return datetime.fromisoformat(text).replace(tzinfo=None)
    except ValueError:
        raise BadCell("请填开始和结束的时间。") from None


def within(mine: Scope, area_id: int) -> bool:
    """Whether an area is the caller's."""
    return mine.area_id is None or mine.area_id in {node.id for node in mine.areas.up(area_id)}


async def post_within(session: AsyncSession, mine: Scope, uid: str) -> Post:
    found = (await session.execute(sa.select(Post).where(col(Post.uid) == uid))).scalar_one_or_none()
    if found is None or not within(mine, found.area_id):
        raise web.HTTPNotFound
    return found


async def person_of(session: AsyncSession, caller: Caller) -> int | None:
    return await session.scalar(select(User.person_id).where(col(User.id) == caller.user_id))


async def shown(
    request: web.Request, caller: Caller, *, error: str = "", given: dict[str, str] | None = None, status: int = 200
) -> web.Response:
    deps = request.app[DEPS]
    now, zone = deps.clock.now(), deps.settings.zone
    async with deps.read() as session:
        mine, known = await scope(session, caller), await rules(session)
        seen = [post for post in await posts(session) if within(mine, post.area_id)]
        chosen = [post for post in seen if post.uid == request.query.get("post")] or seen
        week = week_of(request, now.astimezone(zone).date())
        made = [(c, post, person, late_by(c)) for c, post, person in await checks.made(session, [p.id for p in seen])]
        on = await roster(session, now, mine.areas)
        changing = await changing_of(session, [post.id for post in seen])
        waits = await unsure(session, [post.id for post in seen], changing, now)
        facts: dict[str, Any] = {
            "days": await days_of(session, request, week, [post.id for post in chosen]),
            "unsure": waits,
            "desks": [desk for desk in on.desks() if within(mine, desk.post.area_id)],
            "posts": seen,
            "chosen": chosen[0] if len(chosen) == 1 else None,
            "places": [n for n in mine.areas.nodes.values() if within(mine, n.id)],
            "checks": made,
            "roles": list(known.roles),
            "rules": known,
            "me": await person_of(session, caller),
            "changing": changing,
            "nearest": nearest(mine, on),
            "printed": printed,
            "phones": {post.id: phone_of(mine.areas, post) for post in chosen},
            "no_table": await missing_year(session, week, now.astimezone(zone).date()),
            "county_wide": mine.whole,
            "results": results(made, now),
            "week": week,
            "previous": week - timedelta(days=DAYS),
            "following": week + timedelta(days=DAYS),
        }
    called = next((one for one in waits if one.shift.uid == request.query.get("call")), None)
    called = called if caller.may(*EDIT) else None
    facts |= {"called": called, "number": await number_of(deps, caller, called, now) if called else ""}
    facts |= {"edits": caller.may(*EDIT), "may_check": caller.may(*CHECK), "error": error}
    facts["given"] = given or dict.fromkeys(GIVEN, "")
    facts |= {"zone": zone, "areas": {node.id: node.name for node in mine.areas.nodes.values()}}
    return await page(request, "calendar/duty.html", caller, status=status, **facts)
