"""One drill: the next action, its script with what each line came to, who takes part, and what is said afterwards."""

from typing import Any

import sqlalchemy as sa
from aiohttp import web
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from bot.access.guards import Caller, signed_in
from bot.deps import DEPS
from bot.directory.models import Group, PersonRole
from broadcasts.dispatch.states import Road
from broadcasts.hazards.catalogue import hazard
from drills.drills.afterwards.evaluation import evaluation, items, revisions
from drills.drills.afterwards.measured import measured
from drills.drills.afterwards.report import seconds
from drills.drills.approvals.decide import steps
from drills.drills.approvals.hands import approvers, writers
from drills.drills.approvals.waivers import waiver
from drills.drills.checks import cautions, obstacles
from drills.drills.models import Drill, Stage
from drills.drills.notices import of_drill
from drills.drills.participants import cast
from drills.drills.queries import areas_of, script
from drills.drills.states import COMING
from drills.drills.wording import called, places
from handlers.console.drills.found import MAY, found, leads
from handlers.console.drills.names import named, readable
from handlers.console.page import county_name, page
from handlers.console.scope import Scope, scope

routes = web.RouteTableDef()


@routes.get("/console/drills/{uid}")
async def one(request: web.Request) -> web.Response:
    return await shown(request, await signed_in(request))


async def shown(request: web.Request, caller: Caller, *, error: str = "", status: int = 200) -> web.Response:
    deps = request.app[DEPS]
    now = deps.clock.now()
    async with deps.read() as session:
        mine = await scope(session, caller)
        drill = await found(session, mine, caller, request.match_info["uid"])
        may = caller.may(*MAY) and await leads(session, mine, drill)
        facts = await _facts(session, mine, caller, drill)
        able = await approvers(session, mine.areas, drill) if drill.state in COMING else []
        approves = drill.state is Stage.waiting and caller.actor in {one.actor for one in able}
        if (may or approves) and drill.state in COMING:
            begins = now if drill.state is Stage.planned else drill.starts_at
            facts["obstacles"] = await obstacles(session, drill, now)
            facts["cautions"] = await cautions(session, mine.areas, drill, begins, now)
        if drill.state is Stage.draft:
            facts["waived"] = await waiver(session, drill, facts["whole"].size, deps.settings.zone, now)
        facts["county_first"] = (await county_name(session))[:1]
    facts |= {"able": able, "approves": approves, "own": caller.actor in facts["wrote"]}
    facts |= {"may": may, "error": error, "real": drill.road is Road.live}
    return await page(request, "drills/one.html", caller, status=status, live="/console/live", **facts)


async def _facts(session: AsyncSession, mine: Scope, caller: Caller, drill: Drill) -> dict[str, Any]:
    who, lines = await cast(session, drill.id), await script(session, drill.id)
    here = await readable(session, mine, caller, drill)
    waiting = [inject for inject in lines if inject.state.value == "due"]
    return {
        "drill": drill,
        "where": places(mine.areas, await areas_of(session, drill.id)),
        "areas": {node.id: node.name for node in mine.areas.nodes.values()},
        "whole": who,
        "cast": who if here is None else who.within(here),
        "unnamed": here is not None,
        "script": lines,
        "next": min(waiting, key=lambda inject: (inject.due_at, inject.number), default=None),
        "found": named(await measured(session, drill), who, mine, here),
        "notices": await of_drill(session, drill.id),
        "items": items(),
        "evaluation": await evaluation(session, drill.id),
        "revisions": await revisions(session, drill.id),
        "approvals": await steps(session, drill.id),
        "wrote": await writers(session, drill),
        "roles": await _words(session, sa.select(col(PersonRole.role)).distinct()),
        "kinds": await _words(session, select(Group.kind).where(col(Group.kind) != "").distinct()),
        "obstacles": [],
        "cautions": [],
        "waived": None,
        "called": called,
        "danger": hazard(drill.hazard).name,
        "seconds": seconds,
    }


async def _words(session: AsyncSession, wanted: Any) -> list[str]:
    return sorted((await session.execute(wanted)).scalars())
