"""及时率: of what a town owed in a month, how much came in time, each kind with its denominator."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from bot.directory.models import Area
from bot.directory.tree import Tree
from broadcasts.dispatch.states import Road
from handlers.reports.models import Report, ReportDaily, ReportDue, Stage, State


@dataclass
class Part:
    """What came in time, of what was owed until now."""

    timely: int = 0
    owed: int = 0

    def count(self, made_at: datetime | None, due_at: datetime, now: datetime) -> None:
        """What is not made, and not due yet, is not counted."""
        if made_at is None and due_at > now:
            return
        self.owed += 1
        self.timely += made_at is not None and made_at <= due_at


@dataclass
class Rate:
    """初报 by when the village's word came, 每日 and 核报 by when they were made."""

    name: str
    first: Part = field(default_factory=Part)
    daily: Part = field(default_factory=Part)
    final: Part = field(default_factory=Part)

    @property
    def whole(self) -> Part:
        parts = (self.first, self.daily, self.final)
        return Part(sum(p.timely for p in parts), sum(p.owed for p in parts))

    @property
    def percent(self) -> float | None:
        """None where nothing was owed."""
        return round(100 * self.whole.timely / self.whole.owed, 1) if self.whole.owed else None


async def rates(
    session: AsyncSession, areas: Tree, inside: int | None, month: date, now: datetime, zone: ZoneInfo
) -> list[Rate]:
    """Every town in which anything was owed, and the whole below them where there are several."""
    found: defaultdict[int, Rate] = defaultdict(lambda: Rate(""))
    start, end = _bounds(month, zone)
    for area_id, stage, filed_at, done_at, due_at in await _dues(session, inside, start, end):
        rate = found[areas.nodes[area_id].town_id or area_id]
        part, made_at = (rate.first, filed_at) if stage is Stage.first else (rate.final, done_at)
        part.count(made_at, due_at, now)
    for area_id, made_at, due_at in await _days(session, inside, start, end):
        found[area_id].daily.count(made_at, due_at, now)
    for area_id, rate in found.items():
        rate.name = areas.nodes[area_id].name
    rows = sorted((r for r in found.values() if r.whole.owed), key=lambda r: (r.percent or 0, r.name))
    return [*rows, _sum(rows)] if len(rows) > 1 else rows


def _sum(rows: list[Rate]) -> Rate:
    made = Rate("合计")
    for row in rows:
        for name in ("first", "daily", "final"):
            whole, part = getattr(made, name), getattr(row, name)
            whole.timely, whole.owed = whole.timely + part.timely, whole.owed + part.owed
    return made


def _bounds(month: date, zone: ZoneInfo) -> tuple[datetime, datetime]:
    after = date(month.year + month.month // 12, month.month % 12 + 1, 1)
    return datetime.combine(month.replace(day=1), time(), zone), datetime.combine(after, time(), zone)


async def _dues(
    session: AsyncSession, inside: int | None, start: datetime, end: datetime
) -> list[tuple[int, Stage, datetime | None, datetime | None, datetime]]:
    """One a thread and stage: its earliest hour. What was returned and never mended is not counted."""
    wanted = (
        sa.select(
            col(Report.area_id), col(ReportDue.stage), sa.func.min(col(Report.filed_at)),
            sa.func.max(col(ReportDue.done_at)), sa.func.min(col(ReportDue.due_at)),
        )
        .join(Report, col(Report.id) == col(ReportDue.report_id))
        .join(Area, col(Area.id) == col(Report.area_id))
        .where(
            col(ReportDue.stage).in_((Stage.first, Stage.final)), col(Report.road) == Road.live,
            col(Report.state).in_((State.filed, State.confirmed)),
        )
        .group_by(col(ReportDue.thread), col(ReportDue.stage), col(Report.area_id))
        .having(sa.func.min(col(ReportDue.due_at)) >= start, sa.func.min(col(ReportDue.due_at)) < end)
    )  # fmt: skip
    if inside is not None:
        wanted = wanted.where(col(Area.path).contains(f"/{int(inside)}/"))
    return [(row[0], row[1], row[2], row[3], row[4]) for row in await session.execute(wanted)]


async def _days(
    session: AsyncSession, inside: int | None, start: datetime, end: datetime
) -> list[tuple[int, datetime | None, datetime]]:
    wanted = (
        sa.select(col(ReportDaily.area_id), col(ReportDaily.made_at), col(ReportDaily.due_at))
        .join(Area, col(Area.id) == col(ReportDaily.area_id))
        .where(col(ReportDaily.day) >= start.date(), col(ReportDaily.day) < end.date())
    )
    if inside is not None:
        wanted = wanted.where(col(Area.path).contains(f"/{int(inside)}/"))
    return [(row[0], row[1], row[2]) for row in await session.execute(wanted)]
