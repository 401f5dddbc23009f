"""One button: what may be one event becomes one incident, and all their reporters hear of it."""

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncSession

from bot.config import Settings
from bot.directory.tree import Tree
from broadcasts.hazards.catalogue import hazard
from broadcasts.subscriptions.places import spelled
from handlers.reports.incidents import join, open_incident
from handlers.reports.models import Incident, Kind, Report

KINDS = {Kind.disaster: "灾情", Kind.danger: "险情", Kind.accident: "事故"}


def called(report: Report, areas: Tree, zone: ZoneInfo) -> str:
    """柳湾镇柳湾村滑坡（7月12日）: a name to begin with."""
    day = (report.happened_at or report.first_at).astimezone(zone)
    what = hazard(report.hazard).name if report.hazard else KINDS[report.kind]
    return f"{spelled(areas, report.area_id)}{what}（{day.month}月{day.day}日）"[:64]


async def together(
    session: AsyncSession,
    settings: Settings,
    areas: Tree,
    reports: Sequence[Report],
    name: str,
    *,
    by: str,
    at: datetime,
) -> bool:
    """Into the incident that one of them is in, else into a new one. Whether every reporter could be told."""
    into = next((one.incident_id for one in reports if one.incident_id), None)
    incident = await session.get(Incident, into) if into else None
    if incident is None:
        incident = await open_incident(session, name, reports[0], by=by, at=at)
    told = [
        await join(session, settings, areas, report, incident, by=by, at=at)
        for report in reports
        if report.incident_id != incident.id
    ]
    return all(told)
