"""Several reports are joined by hand into one incident; its totals are computed from the newest of each thread."""

from dataclasses import dataclass, field
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from bot.config import Settings
from bot.directory.models import Area
from bot.directory.tree import Tree
from bot.errors import Conflict, SignalTreeError
from bot.ids import uuid7
from bot.record.entries import record
from broadcasts.dispatch.states import Road
from broadcasts.subscriptions.places import spelled
from handlers.reports.deadlines.due import owed_at_once
from handlers.reports.figures.indicators import Indicator, indicators
from handlers.reports.limits.alarm import alarm
from handlers.reports.limits.gravity import gravity
from handlers.reports.limits.limits import limits
from handlers.reports.models import Incident, Report, State
from handlers.reports.queries import thread
from handlers.reports.told import tell_thread


class Nameless(SignalTreeError):
    """请给事件起个名字，例如：李家坳滑坡。"""


class OtherRoad(Conflict):
    """演练里报的不能并入真的事件。"""


@dataclass
class Total:
    """`parts` are the reports that it is the sum of."""

    indicator: Indicator
    value: float = 0.0
    parts: list[str] = field(default_factory=list)


async def open_incident(session: AsyncSession, name: str, report: Report, *, by: str, at: datetime) -> Incident:
    """A new one, named by the officer. Raises Nameless."""
    words = " ".join(name.split())[:64]
    if not words:
        raise Nameless
    made = Incident(uid=uuid7(at), name=words, area_id=report.area_id, hazard=report.hazard, by=by, opened_at=at)
    session.add(made)
    await session.flush()
    record(session, by, "incident.opened", made.uid, at, report=report.uid)
    return made


async def join(
    session: AsyncSession,
    settings: Settings,
    areas: Tree,
    report: Report,
    incident: Incident | None,
    *,
    by: str,
    at: datetime,
) -> bool:
    """The whole thread goes in, or out again with None. Whether every reporter of it could be told. What the reports
    make together may be 特别重大."""
    if report.road is not Road.live:
        raise OtherRoad
    before = await session.get(Incident, report.incident_id) if report.incident_id else None
    await session.execute(
        sa.update(Report)
        .where(col(Report.thread) == report.thread)
        .values(incident_id=incident.id if incident else None)
        .execution_options(synchronize_session=False)
    )
    await session.refresh(report)
    record(session, by, "report.joined", report.uid, at, incident=incident.uid if incident else "")
    if incident is not None:
        await _weigh(session, settings, areas, incident, report, by, at)
    named = incident or before
    if named is None:
        return True
    return await tell_thread(session, settings, report, "joined" if incident else "parted", named, by=by, at=at)


async def _weigh(
    session: AsyncSession, settings: Settings, areas: Tree, incident: Incident, report: Report, by: str, at: datetime
) -> None:
    """Ring where only the sum is 特别重大: what one report says alone has rung already."""
    numbers, parts = await limits(session), await reports_in(session, incident)
    if any(gravity([one], one.words, areas, numbers) for one in parts):
        return
    if why := gravity(parts, "", areas, numbers):
        said = f"事件“{incident.name}”合计，{spelled(areas, report.area_id)} {report.number} 等 {len(parts)} 份"
        await alarm(session, report.uid, why[0], said, by=by, at=at)
        await owed_at_once(session, report, settings.zone)


async def of_uid(session: AsyncSession, uid: str) -> Incident | None:
    return (await session.execute(select(Incident).where(col(Incident.uid) == uid))).scalar_one_or_none()


async def incidents(session: AsyncSession, inside: int | None, most: int = 100) -> list[tuple[Incident, int]]:
    """With how many reports each has, newest first; of this area those that have a report from it."""
    wanted = (
        sa.select(Incident, sa.func.count(col(Report.id)))
        .join(Report, col(Report.incident_id) == col(Incident.id), isouter=True)
        .group_by(col(Incident.id))
    )
    if inside is not None:
        here = (
            sa.select(col(Report.incident_id))
            .join(Area, col(Area.id) == col(Report.area_id))
            .where(col(Area.path).contains(f"/{int(inside)}/"), col(Report.incident_id).is_not(None))
        )
        wanted = wanted.where(col(Incident.id).in_(here))
    rows = await session.execute(wanted.order_by(col(Incident.id).desc()).limit(most))
    return [(row[0], int(row[1])) for row in rows]


async def lies_in(session: AsyncSession, incident: Incident, inside: int | None) -> bool:
    """Whether it has a report from this area, as `incidents` lists it there."""
    wanted = select(Report.id).join(Area, col(Area.id) == col(Report.area_id))
    wanted = wanted.where(col(Report.incident_id) == incident.id)
    if inside is not None:
        wanted = wanted.where(col(Area.path).contains(f"/{int(inside)}/"))
    return (await session.execute(wanted.limit(1))).first() is not None


async def reports_in(session: AsyncSession, incident: Incident) -> list[Report]:
    """The newest of each thread that counts: confirmed before filed, returned and drafts never."""
    wanted = select(Report).where(col(Report.incident_id) == incident.id)
    rows = (await session.execute(wanted.order_by(col(Report.id)))).scalars()
    threads = dict.fromkeys(row.thread for row in rows)
    found = [await standing(session, name) for name in threads]
    return [one for one in found if one is not None]


async def standing(session: AsyncSession, name: str) -> Report | None:
    """The report by which a thread counts: the last confirmed one, else the last filed."""
    rows = [row for row in await thread(session, name) if row.state in {State.confirmed, State.filed}]
    confirmed = [row for row in rows if row.state is State.confirmed]
    return next(iter([*reversed(confirmed), *reversed(rows)]), None)


def totals(reports: list[Report]) -> list[Total]:
    """Sums in the order of the sheet, then our own; what nobody counted adds nothing."""
    found: dict[str, Total] = {}
    for report in reports:
        for name, one in report.values.items():
            if name in indicators() and one["value"] is not None:
                total = found.setdefault(name, Total(indicators()[name]))
                total.value = round(total.value + float(one["value"]), 4)
                total.parts.append(report.number)
    return sorted(found.values(), key=lambda total: total.indicator.number or 1000)
