"""Whose hands a plan went through: who wrote it, and who may approve it, by the same accounts as a notice."""

from collections.abc import Sequence

from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from bot.access.hands import hands
from bot.directory.tree import Tree
from bot.errors import SignalTreeError
from broadcasts.notices.approvers import Approver, NotApprover, able
from drills.drills.approvals.models import DrillWriter
from drills.drills.models import Drill
from drills.drills.queries import areas_of


class OwnPlan(SignalTreeError):
    """没有批准：这份演练方案是您自己写的或改过的，要由另一位审批人批准。"""


async def wrote(session: AsyncSession, drill: Drill, by: str) -> None:
    """From now on this is a plan of theirs too."""
    if await session.get(DrillWriter, (drill.id, by)) is None:
        session.add(DrillWriter(drill_id=drill.id, actor=by))
        await session.flush()


async def writers(session: AsyncSession, drill: Drill) -> frozenset[str]:
    """Everybody who wrote or changed it, by each of their names."""
    rows = await session.execute(select(DrillWriter.actor).where(col(DrillWriter.drill_id) == drill.id))
    return await hands(session, {drill.made_by, *rows.scalars()})


async def approvers(session: AsyncSession, areas: Tree, drill: Drill) -> Sequence[Approver]:
    """All who may approve it now: they answer for every place of it, and wrote none of it."""
    return await able(session, areas, await _codes(session, areas, drill), beside=await writers(session, drill))


async def approver(session: AsyncSession, areas: Tree, drill: Drill, actor: str) -> Approver:
    """The account behind `actor`. Raises OwnPlan or NotApprover."""
    if actor in await writers(session, drill):
        raise OwnPlan
    found = next((one for one in await approvers(session, areas, drill) if one.actor == actor), None)
    if found is None:
        raise NotApprover
    return found


async def _codes(session: AsyncSession, areas: Tree, drill: Drill) -> list[str]:
    places = {*await areas_of(session, drill.id), drill.unit_area_id}
    return [areas.nodes[area].code for area in places if area in areas.nodes]
