"""我的班: the shifts that the reader has before her, what else the calendar asks her, and one tap for each."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from aiohttp import web
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from bot.deps import DEPS
from bot.directory.tree import tree
from bot.errors import SignalTreeError
from drills.duty.models import Shift
from drills.duty.now import OnShift, shifts
from drills.duty.owed import owed
from drills.duty.rules import rules
from drills.duty.swaps.listed import pending, waiting_for
from drills.duty.taking_over import to_take
from drills.reminders.soundings import open_for
from handlers.h5.duty_acts import ACTS, Tap
from handlers.h5.identity import Reader, form_key, own_form
from handlers.h5.oauth import known
from handlers.h5.page import page

PAGE = "duty"
AHEAD = timedelta(days=14)

routes = web.RouteTableDef()


@routes.get("/h5/duty")
async def look(request: web.Request) -> web.StreamResponse:
    return await _shown(request)


@routes.post("/h5/duty")
async def tap(request: web.Request) -> web.StreamResponse:
    """`do` names one of the ACTS; what it is about stands beside it."""
    deps, form = request.app[DEPS], await request.post()
    said, at = {name: str(value) for name, value in form.items()}, deps.clock.now()
    act = ACTS.get(said.get("do", ""))
    if act is None:
        raise web.HTTPBadRequest
    try:
        async with deps.begin() as session:
            who = await known(request, session)
            person = _own(request, who, said.get("key", ""))
            await act(Tap(session, deps.settings, who, person, said, at))
    except SignalTreeError as error:
        return await _shown(request, str(error), 409)
    raise web.HTTPSeeOther("/h5/duty")


async def _shown(request: web.Request, error: str = "", status: int = 200) -> web.StreamResponse:
    deps = request.app[DEPS]
    now = deps.clock.now()
    async with deps.read() as session:
        areas, who = await tree(session), await known(request, session)
        if who.person is None or who.snapshot:
            raise web.HTTPForbidden
        me = who.person.id
        asked, rows = await owed(session, me, now), await _rows(session, me, now)
        changing = {change.shift.id: change for change in await pending(session, [one.shift.id for one in rows])}
        facts = {
            "rows": rows,
            "check": asked.check if asked else None,
            "changing": changing,
            "change": await waiting_for(session, me, now),
            "handed": await to_take(session, me, now),
            "sounding": await open_for(session, me, now),
        }
    return await page(
        request, "duty.html", areas=areas, key=form_key(deps, who, PAGE), error=error, status=status, **facts
    )


async def _rows(session: AsyncSession, person_id: int, now: datetime) -> Sequence[OnShift]:
    when = (col(Shift.ends_at) > now, col(Shift.starts_at) < now + AHEAD)
    return await shifts(session, await rules(session), col(Shift.person_id) == person_id, *when)


def _own(request: web.Request, who: Reader, key: str) -> int:
    """Whose form it is. Raises 403."""
    if who.person is None or who.snapshot or own_form(request.app[DEPS], who, PAGE, key) is None:
        raise web.HTTPForbidden
    return who.person.id
