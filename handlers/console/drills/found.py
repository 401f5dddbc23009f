"""Whose drill is it: seen by whoever has a part in its places, led by whoever answers for all of them."""

from collections.abc import Iterable

from aiohttp import web
from sqlalchemy.ext.asyncio import AsyncSession

from bot.access.guards import Caller
from bot.access.models import Role
from drills.drills.models import Drill
from drills.drills.queries import areas_of, of_uid
from drills.drills.states import COMING
from handlers.console.scope import Scope

MAY = (Role.officer, Role.leader)
KNOW = (*MAY, Role.approver)  # of a 双盲 before it has begun


def around(mine: Scope) -> set[int] | None:
    """The areas of which the caller's part is one, or that lie in it; None: all."""
    if mine.area_id is None:
        return None
    return {node.id for node in (*mine.areas.up(mine.area_id), *mine.areas.below(mine.area_id))}


def inside(mine: Scope) -> set[int] | None:
    """The areas that lie in the caller's part; None: all."""
    return None if mine.area_id is None else {node.id for node in mine.areas.below(mine.area_id)}


def answers(mine: Scope, drill: Drill, areas: Iterable[int]) -> bool:
    """Whether all its places, `areas` and the unit's own, are the caller's."""
    return all(mine.holds(area) for area in (*areas, drill.unit_area_id))


async def leads(session: AsyncSession, mine: Scope, drill: Drill) -> bool:
    return answers(mine, drill, await areas_of(session, drill.id))


async def found(session: AsyncSession, mine: Scope, caller: Caller, uid: str, *, change: bool = False) -> Drill:
    """Raises 404, and 403 where somebody would change what is not theirs to lead."""
    drill = await of_uid(session, uid, change=change)
    if drill is None:
        raise web.HTTPNotFound
    if drill.blind and drill.state in COMING and not caller.may(*KNOW):
        raise web.HTTPNotFound  # whoever takes part may look here
    here = around(mine)
    if here is not None and not here & {*await areas_of(session, drill.id), drill.unit_area_id}:
        raise web.HTTPNotFound
    if change and not await leads(session, mine, drill):
        raise web.HTTPForbidden
    return drill
