"""Reports that may be about one event: of one kind, within an hour, and two kilometres apart or from one village. They
are proposed; an officer joins them."""

import math
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from bot.directory.models import Area
from bot.directory.tree import Tree
from broadcasts.dispatch.states import Road
from handlers.reports.limits.limits import Limits, limits
from handlers.reports.models import Report, Stage, State

AROUND = timedelta(days=1)  # between two first words that can be about one moment
MOST = 200
EARTH = 6371.0  # km
COUNTED = (State.filed, State.confirmed, State.returned)


async def alike(session: AsyncSession, areas: Tree, report: Report, holds: Callable[[int], bool]) -> list[Report]:
    """Others that may be the same, and are not in one incident with it yet; `holds` says whose area is the caller's."""
    if report.road is not Road.live or report.state not in COUNTED or report.stage is Stage.zero:
        return []
    numbers = await limits(session)
    others = await _candidates(session, report.first_at - AROUND, report.first_at + AROUND)
    return [
        other
        for other in others
        if other.thread != report.thread and holds(other.area_id) and may_be_one(areas, report, other, numbers)
    ]


async def groups(
    session: AsyncSession, areas: Tree, inside: int | None, now: datetime, most: int = 10
) -> list[list[Report]]:
    """What came in within a day and may be about one event, oldest first in each group; newest group first."""
    numbers, found = await limits(session), list[list[Report]]()
    for report in await _candidates(session, now - AROUND, now, inside):
        mine = [group for group in found if any(may_be_one(areas, report, other, numbers) for other in group)]
        found = [group for group in found if group not in mine]
        found.append([*(one for group in mine for one in group), report])
    several = [sorted(group, key=lambda one: one.id) for group in found if len(group) > 1]
    return sorted(several, key=lambda group: -group[-1].id)[:most]


def may_be_one(areas: Tree, one: Report, other: Report, numbers: Limits) -> bool:
    """Two whose incident is one already need no proposal; an officer who has given them two has decided."""
    if one.kind is not other.kind or (one.incident_id is not None and other.incident_id is not None):
        return False
    if one.hazard and other.hazard and one.hazard != other.hazard:
        return False
    if abs(_moment(one) - _moment(other)) > numbers.alike_within:
        return False
    village = areas.nodes[one.area_id].town_id not in {None, one.area_id}
    return (village and one.area_id == other.area_id) or apart(one, other) <= numbers.alike_km


def apart(one: Report, other: Report) -> float:
    """Kilometres between their places; infinite where one of them is not known."""
    if one.lon is None or one.lat is None or other.lon is None or other.lat is None:
        return math.inf
    a, b = math.radians(one.lat), math.radians(other.lat)
    across = (
        math.sin((a - b) / 2) ** 2 + math.cos(a) * math.cos(b) * math.sin(math.radians(one.lon - other.lon) / 2) ** 2
    )
    return 2 * EARTH * math.asin(math.sqrt(across))


def _moment(report: Report) -> datetime:
    return report.happened_at or report.first_at


async def _candidates(
    session: AsyncSession, start: datetime, end: datetime, inside: int | None = None
) -> Sequence[Report]:
    wanted = select(Report).where(
        col(Report.first_at) >= start,
        col(Report.first_at) <= end,
        col(Report.road) == Road.live,
        col(Report.stage) == Stage.first,
        col(Report.state).in_(COUNTED),
    )
    if inside is not None:
        wanted = wanted.join(Area, col(Area.id) == col(Report.area_id)).where(
            col(Area.path).contains(f"/{int(inside)}/")
        )
    return (await session.execute(wanted.order_by(col(Report.id).desc()).limit(MOST))).scalars().all()
