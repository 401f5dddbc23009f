"""我的班: the shifts that the reader has before her, and one tap that confirms; a spot check is answered here too."""

from datetime import timedelta

from aiohttp import web
from sqlmodel import col

from bot.deps import DEPS
from bot.directory.tree import tree
from drills.duty.models import Shift
from drills.duty.now import shifts
from drills.duty.owed import confirm, owed, present, refuse
from drills.duty.rules import rules
from handlers.h5.identity import Reader, form_key, own_form
from handlers.h5.oauth import known
from handlers.h5.page import page

PAGE = "duty"
AHEAD = timedelta(days=14)

routes = web.RouteTableDef()


@routes.get("/h5/duty")
async def look(request: web.Request) -> web.StreamResponse:
    deps = request.app[DEPS]
    now = deps.clock.now()
    async with deps.read() as session:
        areas, who = await tree(session), await known(request, session)
        if who.person is None or who.snapshot:
            raise web.HTTPForbidden
        when = (col(Shift.ends_at) > now, col(Shift.starts_at) < now + AHEAD)
        rows = await shifts(session, await rules(session), col(Shift.person_id) == who.person.id, *when)
        asked = await owed(session, who.person.id, now)
    check = asked.check if asked else None
    return await page(request, "duty.html", areas=areas, rows=rows, check=check, key=form_key(deps, who, PAGE))


@routes.post("/h5/duty")
async def tap(request: web.Request) -> web.StreamResponse:
    """`do` is confirm or cannot with `shift`, or present."""
    deps, form = request.app[DEPS], await request.post()
    said, at = {name: str(value) for name, value in form.items()}, deps.clock.now()
    async with deps.begin() as session:
        who = await known(request, session)
        person = _own(request, who, said.get("key", ""))
        mine = (col(Shift.person_id) == person, col(Shift.uid) == said.get("shift", ""), col(Shift.ends_at) > at)
        found = await shifts(session, await rules(session), *mine)
        asked = await owed(session, person, at)
        match said.get("do"):
            case "present" if asked and asked.check:
                await present(session, asked.check, by=who.actor, at=at)
            case "confirm" if found:
                await confirm(session, found[0].shift, by=who.actor, at=at)
            case "cannot" if found:
                await refuse(session, found[0].shift, by=who.actor, at=at)
    raise web.HTTPSeeOther("/h5/duty")


def _own(request: web.Request, who: Reader, key: str) -> int:
    """Whose form it is. Raises 403."""
    if who.person is None or who.snapshot or own_form(request.app[DEPS], who, PAGE, key) is None:
        raise web.HTTPForbidden
    return who.person.id
