"""The participants: proposed by roles and kinds of groups, added by name, struck off; only while it is a draft."""

from collections.abc import Sequence

from aiohttp import web
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from bot.access.guards import Form, posted, require_role
from bot.deps import DEPS
from bot.directory.models import Group, Person
from bot.errors import SignalTreeError
from bot.record.entries import record
from drills.drills.models import Drill
from drills.drills.participants import Named, name, propose, strike
from drills.drills.queries import areas_of
from handlers.console.drills.found import MAY, found
from handlers.console.drills.one import shown
from handlers.console.scope import Scope, scope

KINDS = {"person", "group"}

routes = web.RouteTableDef()


class Unknown(SignalTreeError):
    """没有加：名单库里没有，或者重名，请写全名，重名的请用上面按角色加："""


@routes.post("/console/drills/{uid}/people")
async def change(request: web.Request) -> web.Response:
    """`do` is propose, add or strike."""
    deps, caller = request.app[DEPS], await require_role(request, *MAY)
    form = await posted(request, caller)
    do = str(form.get("do", ""))
    try:
        async with deps.begin() as session:
            mine = await scope(session, caller)
            drill = await found(session, mine, caller, request.match_info["uid"], change=True)
            done = await _do(session, mine, drill, do, form, by=caller.actor)
            record(session, caller.actor, f"drill.{do}", drill.uid, deps.clock.now(), targets=done)
    except SignalTreeError as error:
        return await shown(request, caller, error=str(error), status=422)
    raise web.HTTPSeeOther(f"/console/drills/{drill.uid}#people")


async def _do(session: AsyncSession, mine: Scope, drill: Drill, do: str, form: Form, *, by: str) -> int:
    """How many were named or struck off."""
    chosen = [str(one) for one in form.getall("who", [])]
    if do == "propose":
        roles, kinds = ([str(one) for one in form.getall(field, [])] for field in ("role", "kind"))
        named = await propose(session, await areas_of(session, drill.id), roles, kinds)
        await name(session, drill, named, by=by)
    elif do == "add":
        named = await _by_name(session, mine, str(form.get("names", "")))
        await name(session, drill, named, by=by)
    elif do == "strike":
        pairs = [one.partition(":") for one in chosen]
        named = [
            (kind, int(number))
            for kind, _, number in pairs
            if kind in KINDS and number.isdecimal() and len(number) < 10
        ]
        await strike(session, drill, named, by=by)
    else:
        raise web.HTTPBadRequest
    return len(named)


async def _by_name(session: AsyncSession, mine: Scope, text: str) -> list[Named]:
    """People and groups of the caller's part by their whole names. Raises Unknown."""
    for mark in "，,；;\n":
        text = text.replace(mark, "、")
    wanted = [one.strip() for one in text.split("、") if one.strip()]
    known = [*await _rows(session, mine, "person", wanted), *await _rows(session, mine, "group", wanted)]
    lost = [one for one in wanted if sum(called == one for called, _ in known) != 1]
    if lost or not wanted:
        raise Unknown("、".join(lost) or "没有写名字")
    return [one for _, one in known]


async def _rows(session: AsyncSession, mine: Scope, kind: str, names: Sequence[str]) -> list[tuple[str, Named]]:
    table = Person if kind == "person" else Group
    wanted = select(table.name, table.id, table.area_id).where(col(table.name).in_(names))
    return [(called, (kind, number)) for called, number, area in await session.execute(wanted) if mine.holds(area)]
