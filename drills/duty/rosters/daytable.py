"""The file of a year's days off, xlsx or csv: each row is a day, or faults by their cells. A file with a fault is not
taken at all."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from bot.directory.imports.files import Lines, UnreadableFile, tables
from bot.directory.imports.sheets import letter
from drills.duty.models import DutyDay
from drills.duty.rosters.workdays import OFF, WORK

KINDS = {"work": WORK, "上班": WORK, "调休": WORK, "补班": WORK, "工作日": WORK} | {
    "off": OFF, "放假": OFF, "休息": OFF, "休息日": OFF, "假日": OFF}  # fmt: skip
ZH = {"年": "year", "日期": "day", "类别": "kind", "名称": "name", "依据": "source"}
NEEDED = ("day", "kind", "name", "source")
WANTED = "日期、类别、名称、依据（还可以有年）"
DAY = re.compile(r"(?:(\d{4})[-/.年])?(\d{1,2})[-/.月](\d{1,2})日?(?: 00:00:00)?")


@dataclass(frozen=True)
class Faulty:
    """A cell of the file of days that cannot be taken, and the mend."""

    cell: str
    why: str


def read(data: bytes) -> tuple[list[DutyDay], list[Faulty]]:
    """Each row is a day or a fault with its cell. With 年 the day may be written without."""
    try:
        found = next((both for _, lines in tables(data) if (both := _head(lines))), None)
    except UnreadableFile as error:
        return [], [Faulty("A1", str(error))]
    if found is None:
        return [], [Faulty("A1", f"没有找到表头。表头应是{WANTED}。")]
    line, columns, lines = found
    days, faults = dict[date, DutyDay](), list[Faulty]()
    for number, cells in enumerate(lines[line + 1 :], line + 2):
        if any(cell.strip() for cell in cells):
            _row(_Row(number, cells, columns), days, faults)
    return list(days.values()), faults


def _head(lines: Lines) -> tuple[int, Mapping[str, int], Lines] | None:
    for index, line in enumerate(lines[:20]):
        named = [ZH.get(cell.strip(), cell.strip()) for cell in line]
        columns = {name: named.index(name) for name in ZH.values() if name in named}
        if set(NEEDED) <= set(columns):
            return index, columns, lines
    return None


@dataclass(frozen=True)
class _Row:
    number: int
    cells: Sequence[str]
    columns: Mapping[str, int]

    def said(self, name: str) -> str:
        place = self.columns.get(name)
        return self.cells[place].strip() if place is not None and place < len(self.cells) else ""

    def fault(self, name: str, why: str) -> Faulty:
        return Faulty(f"{letter(self.columns[name])}{self.number}", why)


def _row(row: _Row, days: dict[date, DutyDay], faults: list[Faulty]) -> None:
    kind, day = KINDS.get(row.said("kind"), ""), _day(row)
    if isinstance(day, Faulty):
        faults.append(day)
    elif not kind:
        faults.append(row.fault("kind", f"“{row.said('kind')}”不认识。请写放假或调休。"))
    elif not row.said("source"):
        faults.append(row.fault("source", "请写依据：哪个文件、哪天发的。"))
    elif day in days:
        faults.append(row.fault("day", f"{day} 写了两次。"))
    else:
        days[day] = DutyDay(day=day, kind=kind, name=row.said("name")[:32], source=row.said("source")[:128])


def _day(row: _Row) -> date | Faulty:
    said, year = row.said("day"), row.said("year").removesuffix("年")
    found = DAY.fullmatch(said)
    written = found.group(1) if found else None
    if written and year and written != year:
        return row.fault("year", f"年写的是 {year}，日期写的是 {written} 年。请改成一致的。")
    try:
        if found and (written or year):
            return date(int(written or year), int(found.group(2)), int(found.group(3)))
    except ValueError:
        pass
    return row.fault("day", f"“{said}”不是日期。请写成 2027-01-01。")
