"""Which days are worked: by the State Council's table of the year. A year without one is asked for, never guessed."""

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from bot.directory.imports.sheets import letter
from bot.errors import SignalTreeError
from bot.record.entries import record
from drills.duty.models import DutyDay
from drills.duty.rules import shipped

WORK, OFF = "work", "off"
SATURDAY = 5
KINDS = {"work": WORK, "上班": WORK, "调休": WORK, "补班": WORK, "工作日": WORK} | {
    "off": OFF, "放假": OFF, "休息": OFF, "休息日": OFF, "假日": OFF}  # fmt: skip
HEADINGS = ("day", "kind", "name", "source")
ZH = {"日期": "day", "类别": "kind", "名称": "name", "依据": "source"}


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


@dataclass(frozen=True)
class Faulty:
    """A cell of the file of days that cannot be taken, and the mend."""

    cell: str
    why: str


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


def read(text: str) -> tuple[list[DutyDay], list[Faulty]]:
    """A csv with day,kind,name,source (日期,类别,名称,依据): each row is a day or a fault with its cell."""
    lines = list(csv.reader(io.StringIO(text)))
    head = [ZH.get(cell.strip(), cell.strip()) for cell in lines[0]] if lines else []
    if sorted(head[: len(HEADINGS)]) != sorted(HEADINGS):
        return [], [Faulty("A1", f"表头应是 {'、'.join(ZH)}。")]
    days, faults = dict[date, DutyDay](), list[Faulty]()
    for number, line in enumerate(lines[1:], 2):
        if any(cell.strip() for cell in line):
            _row(dict(zip(head, [*line, "", "", "", ""], strict=False)), head, number, days, faults)
    return list(days.values()), faults


def _row(cells: dict[str, str], head: list[str], number: int, days: dict[date, DutyDay], faults: list[Faulty]) -> None:
    place = {name: f"{letter(head.index(name))}{number}" for name in HEADINGS}
    kind = KINDS.get(cells["kind"].strip(), "")
    try:
        day = date.fromisoformat(cells["day"].strip())
    except ValueError:
        faults.append(Faulty(place["day"], f"“{cells['day']}”不是日期。请写成 2027-01-01。"))
        return
    if not kind:
        faults.append(Faulty(place["kind"], f"“{cells['kind']}”不认识。请写放假或调休。"))
    elif not cells["source"].strip():
        faults.append(Faulty(place["source"], "请写依据：哪个文件、哪天发的。"))
    elif day in days:
        faults.append(Faulty(place["day"], f"{day} 写了两次。"))
    else:
        days[day] = DutyDay(day=day, kind=kind, name=cells["name"].strip()[:32], source=cells["source"].strip()[:128])


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
