"""避难场所: which are open, which are full, and how many are there; whoever hears from a keeper writes it down."""

from dataclasses import dataclass

from aiohttp import web

from bot.access.guards import Caller, posted, require_role
from bot.access.models import Role
from bot.deps import DEPS
from bot.directory.shelters.models import Openness, Shelter
from bot.directory.shelters.queries import NoSuchCount, by_uid, counted, say, shelters
from handlers.console.page import page
from handlers.console.scope import Scope, own, scope

SEES = (Role.officer, Role.leader, Role.admin)
SAYS = (Role.officer, Role.leader)

routes = web.RouteTableDef()


@dataclass(frozen=True)
class Row:
    shelter: Shelter
    place: str  # its area and the town above


@dataclass(frozen=True)
class Given:
    """What was typed of one and could not be written down, with why."""

    uid: str
    state: Openness
    people: str
    error: str


@routes.get("/console/shelters")
async def show(request: web.Request) -> web.Response:
    return await _page(request, await require_role(request, *SEES))


@routes.post("/console/shelters/{uid}")
async def told(request: web.Request) -> web.Response:
    """What its keeper has said. A town's people write of their own town's."""
    caller = await require_role(request, *SAYS)
    form, deps = await posted(request, caller), request.app[DEPS]
    state, people = str(form.get("state", "")), str(form.get("people", "")).strip()
    if state not in set(Openness):
        raise web.HTTPBadRequest
    try:
        async with deps.begin() as session:
            found = own(await scope(session, caller), await by_uid(session, request.match_info["uid"]))
            number = int(people or "0") if (people or "0").isdecimal() and len(people) < 8 else -1
            await say(session, found, Openness(state), number, by=caller.actor, at=deps.clock.now())
    except NoSuchCount as error:
        given = Given(request.match_info["uid"], Openness(state), people, str(error))
        return await _page(request, caller, status=422, given=given)
    raise web.HTTPSeeOther("/console/shelters")


async def _page(request: web.Request, caller: Caller, *, status: int = 200, given: Given | None = None) -> web.Response:
    async with request.app[DEPS].read() as session:
        mine = await scope(session, caller)
        found = [one for one in await shelters(session) if mine.holds(one.area_id)]
    counts = counted(found)
    return await page(
        request, "county/shelters.html", caller, status=status, given=given,
        rows=[Row(one, _place(mine, one.area_id)) for one in found], states=list(Openness),
        open=counts[Openness.open], full=counts[Openness.full], people=sum(one.people for one in found),
        says=caller.may(*SAYS),
    )  # fmt: skip


def _place(mine: Scope, area_id: int) -> str:
    up = [node.name for node in mine.areas.up(area_id)][:2]
    return "".join(reversed(up)) if len(up) > 1 and mine.areas.nodes[area_id].parent_id else up[0]
