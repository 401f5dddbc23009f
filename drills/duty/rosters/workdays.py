"""Which days are worked: by the State Council's table of the year. A year without one is asked for, never guessed."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from bot.errors import SignalTreeError
from bot.record.entries import record
from drills.duty.models import DutyDay
from drills.duty.rules import shipped

WORK, OFF = "work", "off"
SATURDAY = 5


class NoTable(SignalTreeError):
    """还没有这一年的放假和调休安排，没有排班。国务院办公厅一般在上一年 10 月、11 月公布，请导入后再排："""


@dataclass(frozen=True)
class Workdays:
    """`table` holds the days that are not what their weekday says, `years` those that are known."""

    table: Mapping[date, tuple[str, str]]  # kind and name
    years: frozenset[int]

    def kind(self, day: date) -> str:
        """work or off. Raises NoTable."""
        if day.year not in self.years:
            raise NoTable(f"{day.year} 年")
        if day in self.table:
            return self.table[day][0]
        return OFF if day.weekday() >= SATURDAY else WORK

    def name(self, day: date) -> str:
        """春节, or nothing."""
        return self.table[day][1] if day in self.table else ""


async def workdays(session: AsyncSession) -> Workdays:
    """The county's own table of a year replaces the shipped one."""
    rows = (await session.execute(select(DutyDay))).scalars().all()
    own = {row.day.year for row in rows}
    table = {row.day: (row.kind, row.name) for row in rows}
    years = set(own)
    for line in shipped("workdays.csv"):
        day = date.fromisoformat(line["day"])
        years.add(day.year)
        if day.year not in own:
            table[day] = line["kind"], line["name"]
    return Workdays(table, frozenset(years))


async def keep(session: AsyncSession, days: list[DutyDay], *, by: str, at: datetime) -> set[int]:
    """Write the table of whole years: what stood there for these years goes. The years."""
    years = {day.day.year for day in days}
    for year in years:
        first, last = date(year, 1, 1), date(year, 12, 31)
        await session.execute(sa.delete(DutyDay).where(col(DutyDay.day).between(first, last)))
    session.add_all(days)
    for year in sorted(years):
        record(session, by, "duty.days", f"year:{year}", at, count=sum(d.day.year == year for d in days))
    return years
