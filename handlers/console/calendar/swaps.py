"""换班: who wants to change with whom; the leader's yes or no."""

from typing import Any

from aiohttp import web
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from bot.access.guards import Caller, Form, posted, require_role
from bot.access.models import Role
from bot.deps import DEPS
from bot.directory.imports.cells import BadCell
from bot.errors import SignalTreeError
from drills.duty.models import PENDING, Post, Shift, Swapping
from drills.duty.now import posts
from drills.duty.rosters.people import known_people, whom
from drills.duty.swaps import asking, deciding, told
from drills.duty.swaps.listed import Change, change, changes
from drills.duty.swaps.mine import coming, of_uid
from handlers.console.calendar.duty import EDIT, person_of, within
from handlers.console.page import page
from handlers.console.scope import Scope, scope

DECIDE = (Role.leader,)

routes = web.RouteTableDef()


class Already(SignalTreeError):
    """没有执行：这个换班已经有结果了。"""


@routes.get("/console/duty/swaps")
async def show(request: web.Request) -> web.Response:
    """`?shift=` opens the form for one shift."""
    return await _shown(request, await require_role(request, *EDIT))


@routes.post("/console/duty/swaps")
async def ask(request: web.Request) -> web.Response:
    """`shift` shall go to `person`, or to any colleague, and `back`, a shift of his, in return."""
    deps, caller = request.app[DEPS], await require_role(request, *EDIT)
    form, at = await posted(request, caller), deps.clock.now()
    try:
        async with deps.begin() as session:
            mine = await scope(session, caller)
            made = await _asked(session, request, mine, form, caller)
            await told.asked(session, deps.settings, made, at)
    except (SignalTreeError, BadCell) as error:
        return await _shown(request, caller, error=str(error), status=422)
    raise web.HTTPSeeOther("/console/duty/swaps")


@routes.post("/console/duty/swaps/{uid}")
async def act(request: web.Request) -> web.Response:
    """`do` is approve or refuse (a leader who is neither of the two), or withdraw."""
    deps, caller = request.app[DEPS], await require_role(request, *EDIT)
    form, at = await posted(request, caller), deps.clock.now()
    what = str(form.get("do", ""))
    if what in {"approve", "refuse"} and not caller.may(*DECIDE):
        raise web.HTTPForbidden
    try:
        async with deps.begin() as session:
            one = await _one(session, await scope(session, caller), request.match_info["uid"])
            if not await _do(session, request, caller, one, what):
                raise Already
            now = await asking.again(session, one)
            await told.decided(session, deps.settings, now, at)
    except SignalTreeError as error:
        return await _shown(request, caller, error=str(error), status=409)
    raise web.HTTPSeeOther("/console/duty/swaps")


async def _do(session: AsyncSession, request: web.Request, caller: Caller, one: Change, what: str) -> bool:
    deps = request.app[DEPS]
    at, zone = deps.clock.now(), deps.settings.zone
    match what:
        case "approve":
            return await deciding.approve(session, zone, one, by=caller.actor, at=at)
        case "refuse":
            return await deciding.refuse(session, one, by=caller.actor, at=at)
        case "withdraw":
            return await asking.close(session, one.swap, Swapping.ended, by=caller.actor, at=at)
    raise web.HTTPBadRequest


async def _one(session: AsyncSession, mine: Scope, uid: str) -> Change:
    found = await change(session, uid)
    if found is None or not within(mine, found.post.area_id):
        raise web.HTTPNotFound
    return found


async def _asked(session: AsyncSession, request: web.Request, mine: Scope, form: Form, caller: Caller) -> Change:
    deps = request.app[DEPS]
    one = await of_uid(session, str(form.get("shift", "")))
    if one is None or not within(mine, one.post.area_id):
        raise web.HTTPNotFound
    name, back = str(form.get("person", "")).strip(), str(form.get("back", ""))
    known = await known_people(session)
    taker = whom(known, deps.vault, mine.areas, one.post.area_id, name, "") if name else None
    his = await of_uid(session, back) if back else None
    return await asking.ask(
        session, deps.settings.zone, one, taker, his.shift if his else None, by=caller.actor, at=deps.clock.now()
    )


async def _shown(request: web.Request, caller: Caller, *, error: str = "", status: int = 200) -> web.Response:
    deps = request.app[DEPS]
    now = deps.clock.now()
    async with deps.read() as session:
        mine = await scope(session, caller)
        ids = [post.id for post in await posts(session) if within(mine, post.area_id)]
        rows = await changes(session, col(Post.id).in_(ids))
        facts: dict[str, Any] = {
            "open": [one for one in rows if one.swap.state in PENDING],
            "over": [one for one in rows if one.swap.state not in PENDING],
            "coming": await coming(session, now, col(Shift.post_id).in_(ids)),
            "me": await person_of(session, caller),
        }
    facts |= {"decides": caller.may(*DECIDE), "chosen": request.query.get("shift", ""), "error": error}
    return await page(request, "calendar/swaps.html", caller, status=status, **facts)
