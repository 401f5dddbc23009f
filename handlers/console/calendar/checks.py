"""抽查: the leader draws some of those on duty, by role or by lot; each is asked for a 1."""

import secrets
from collections.abc import Sequence

from aiohttp import web

from bot.access.guards import posted, require_role
from bot.deps import DEPS
from bot.errors import SignalTreeError
from drills.duty import checks
from drills.duty.now import OnShift, roster
from handlers.console.calendar.duty import CHECK, post_within, shown, within
from handlers.console.scope import scope

MOST = 200

routes = web.RouteTableDef()


class NoSuchNumber(SignalTreeError):
    """抽几个人要填 1 到 200，或空着抽全部。"""


@routes.post("/console/duty/check")
async def check(request: web.Request) -> web.Response:
    """`post` is one duty room (empty: all that the caller has), `role` one role, `count` how many by lot."""
    deps, caller = request.app[DEPS], await require_role(request, *CHECK)
    form, at = await posted(request, caller), deps.clock.now()
    given = {name: str(form.get(name, "")).strip() for name in ("post", "role", "count")}
    try:
        async with deps.begin() as session:
            mine = await scope(session, caller)
            on = [one for one in (await roster(session, at, mine.areas)).on if within(mine, one.post.area_id)]
            if given["post"]:
                post = await post_within(session, mine, given["post"])
                on = [one for one in on if one.post.id == post.id]
            people = await checks.drawn(session, on, given["role"], _count(given["count"]), by_lot, at)
            await checks.ask(session, deps.settings, people, by=caller.actor, at=at)
    except SignalTreeError as error:
        return await shown(request, caller, error=str(error), status=409)
    raise web.HTTPSeeOther("/console/duty#checks")


def _count(text: str) -> int | None:
    if not text:
        return None
    if not text.isdecimal() or len(text) > 6 or not 1 <= int(text) <= MOST:
        raise NoSuchNumber
    return int(text)


def by_lot(people: Sequence[OnShift], count: int) -> list[OnShift]:
    """Nobody can know beforehand who is drawn."""
    return secrets.SystemRandom().sample(list(people), count)
