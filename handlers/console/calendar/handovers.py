"""交接: what the machine wrote for the next shift, read and confirmed by whoever comes."""

from typing import Any

from aiohttp import web
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from bot.access.guards import Caller, posted, require_role, signed_in
from bot.access.models import Role
from bot.deps import DEPS
from drills.duty.handover import NOTE, confirm, latest, may_confirm
from drills.duty.models import Handover, Post
from drills.duty.now import posts, roster
from handlers.console.calendar.duty import person_of, within
from handlers.console.page import page
from handlers.console.scope import Scope, scope

DESK = (Role.officer, Role.leader)

routes = web.RouteTableDef()


@routes.get("/console/handover")
async def show(request: web.Request) -> web.Response:
    return await _shown(request, await signed_in(request))


@routes.post("/console/handover/{uid}")
async def act(request: web.Request) -> web.Response:
    """`do` is confirm, or note: a line that the outgoing shift adds."""
    deps, caller = request.app[DEPS], await require_role(request, *DESK)
    form, at = await posted(request, caller), deps.clock.now()
    async with deps.begin() as session:
        one = await _one(session, await scope(session, caller), request.match_info["uid"])
        me = await person_of(session, caller)
        if form.get("do") == "note" and one.confirmed_at is None:
            one.note = str(form.get("note", "")).strip()[:NOTE]
            session.add(one)
            done = True
        elif form.get("do") == "confirm":
            if not may_confirm(one, me):
                raise web.HTTPForbidden
            done = await confirm(session, one, by=caller.actor, at=at)
        else:
            done = False
    if not done:
        return await _shown(request, caller, error="没有执行：已经有人接班确认了。", status=409)
    raise web.HTTPSeeOther("/console/handover")


async def _one(session: AsyncSession, mine: Scope, uid: str) -> Handover:
    wanted = select(Handover, Post).join(Post, col(Post.id) == col(Handover.post_id)).where(col(Handover.uid) == uid)
    row = (await session.execute(wanted)).first()
    if row is None or not within(mine, row[1].area_id):
        raise web.HTTPNotFound
    one: Handover = row[0]
    return one


async def _shown(request: web.Request, caller: Caller, *, error: str = "", status: int = 200) -> web.Response:
    now = request.app[DEPS].clock.now()
    async with request.app[DEPS].read() as session:
        mine, me = await scope(session, caller), await person_of(session, caller)
        seen = [post.id for post in await posts(session) if within(mine, post.area_id)]
        rows = await latest(session, seen)
        desks = [d for d in (await roster(session, now, mine.areas)).desks() if d.post.id in seen]
    open_ = [(h, post, may_confirm(h, me)) for h, post in rows if h.confirmed_at is None]
    facts: dict[str, Any] = {
        "open": list(reversed(open_)),
        "next_at": min((one.shift.ends_at for desk in desks for one in desk.people), default=None),
        "done": [(h, post) for h, post in rows if h.confirmed_at is not None],
        "desk": caller.may(*DESK),
        "late": [h for h, _, _ in open_ if h.due_at <= now],
    }
    return await page(request, "calendar/handover.html", caller, status=status, error=error, **facts)
