"""缺报名单: which towns owe today's word, which were late, and of whom it has to be asked."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from bot.directory.models import Area
from bot.directory.tree import Tree
from handlers.reports.daily.owed import lacking
from handlers.reports.models import Report, ReportDaily, ReportDeadline


@dataclass(frozen=True)
class Town:
    """One town's day. `lacks` is what nobody has spoken of yet."""

    row: ReportDaily
    rule: ReportDeadline
    name: str
    phone: str
    lacks: Sequence[Report] = ()
    report: Report | None = None

    def late(self, now: datetime) -> bool:
        return (self.row.made_at or now) > self.row.due_at


async def towns(session: AsyncSession, areas: Tree, inside: int | None, day: date, zone: ZoneInfo) -> list[Town]:
    """Those that owe on that day, in the order of their codes."""
    wanted = (
        sa.select(ReportDaily, ReportDeadline)
        .join(ReportDeadline, col(ReportDeadline.id) == col(ReportDaily.rule_id))
        .join(Area, col(Area.id) == col(ReportDaily.area_id))
        .where(col(ReportDaily.day) == day)
        .order_by(col(Area.code))
    )
    if inside is not None:
        wanted = wanted.where(col(Area.path).contains(f"/{int(inside)}/"))
    found = []
    for row, rule in (await session.execute(wanted)).all():
        lacks = [] if row.made_at else await lacking(session, areas, row, zone)
        by = await session.get(Report, row.report_id) if row.report_id else None
        name = areas.nodes[row.area_id].name
        found.append(Town(row, rule, name, areas.duty_phone(row.area_id), lacks, by))
    return found


async def days(session: AsyncSession, most: int = 14) -> list[date]:
    """The last days on which anything was owed, the newest first."""
    wanted = sa.select(col(ReportDaily.day)).distinct().order_by(col(ReportDaily.day).desc()).limit(most)
    return list((await session.execute(wanted)).scalars())
