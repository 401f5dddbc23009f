"""A roster as a file, xlsx or csv: each row under its headings is a proposed shift, or faults by their cells."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import TypeVar
from zoneinfo import ZoneInfo

from bot.directory.imports.cells import BadCell, plain, tight
from bot.directory.imports.columns import fold
from bot.directory.imports.files import Lines, UnreadableFile, tables
from bot.directory.imports.sheets import letter
from bot.directory.tree import Tree
from bot.vault import Vault
from drills.duty.models import Post
from drills.duty.rosters.people import Known, whom
from drills.duty.rosters.planned import LONGEST, Fault, Plan, Proposed
from drills.duty.rules import Rules

Got = TypeVar("Got")
COLUMNS: dict[str, tuple[str, ...]] = {
    "post": ("值班室", "岗位", "单位", "值班点"),
    "area": ("区划代码", "区划", "代码"),
    "day": ("日期", "值班日期"),
    "starts": ("开始", "开始时间", "起", "上班"),
    "ends": ("结束", "结束时间", "止", "下班"),
    "role": ("角色", "班次角色", "职责"),
    "person": ("姓名", "人员", "值班人员"),
    "key": ("编号", "手机号", "企业微信账号", "账号", "电话"),
}
NEEDED = ("post", "starts", "ends", "role", "person")
SEARCHED = 20
MOMENT = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?(?:[ T]*(\d{1,2})[:：](\d{2})(?::\d{2}(?:\.\d+)?)?)?")
CLOCK = re.compile(r"(\d{1,2})[:：](\d{2})(?::\d{2}(?:\.\d+)?)?")


@dataclass(frozen=True)
class Directory:
    """What a cell may name."""

    areas: Tree
    posts: Sequence[Post]
    people: Known
    rules: Rules
    vault: Vault
    inside: frozenset[int] | None  # areas of which the caller may write; None: all


@dataclass(frozen=True)
class _Head:
    line: int
    columns: Mapping[str, int]


def read(data: bytes, known: Directory, zone: ZoneInfo) -> Plan:
    """Every row is proposed or refused with its cell and reason. Raises UnreadableFile."""
    head, lines = _found(data)
    plan = Plan(0)
    for number, line in enumerate(lines[head.line + 1 :], head.line + 2):
        if any(cell.strip() for cell in line):
            plan.rows += 1
            _row(plan, _Row(number, line, head.columns), known, zone)
    return plan


def _found(data: bytes) -> tuple[_Head, Lines]:
    known = {fold(heading): name for name, zh in COLUMNS.items() for heading in (name, *zh)}
    for _, lines in tables(data):
        for index, line in enumerate(lines[:SEARCHED]):
            columns = {known[fold(cell)]: place for place, cell in reversed([*enumerate(line)]) if fold(cell) in known}
            if set(NEEDED) <= set(columns):
                return _Head(index, columns), lines
    wanted = "、".join(COLUMNS[name][0] for name in NEEDED)
    raise UnreadableFile(f"没有找到表头。表头要有：{wanted}；还可以有日期、区划代码、编号。")


@dataclass(frozen=True)
class _Row:
    number: int
    line: Sequence[str]
    columns: Mapping[str, int]

    def cell(self, name: str) -> str:
        place = self.columns.get(name)
        return self.line[place].strip() if place is not None and place < len(self.line) else ""

    def place(self, name: str) -> str:
        place = self.columns.get(name)
        return f"{letter(place)}{self.number}" if place is not None else f"第 {self.number} 行"


def _row(plan: Plan, row: _Row, known: Directory, zone: ZoneInfo) -> None:
    """One fault for each cell that cannot be taken."""
    faults = [
        Fault(row.number, row.place(name), f"是空的。请写{COLUMNS[name][0]}。") for name in NEEDED if not row.cell(name)
    ]
    if not faults:
        area, name = _tried(row, "post", lambda: _post(row, known), faults) or (None, "")
        role = _tried(row, "role", lambda: _role(row.cell("role"), known.rules), faults)
        person = _tried(
            row, "person",
            lambda: whom(known.people, known.vault, known.areas, area, row.cell("person"), row.cell("key")), faults,
        )  # fmt: skip
        times = _tried(row, "starts", lambda: _times(row, zone), faults)
        if not faults and area is not None and role and person and times:
            plan.proposed.append(Proposed(row.number, row.place("person"), name, area, role, person, *times))
    plan.faults += faults


def _tried(row: _Row, name: str, make: Callable[[], Got], faults: list[Fault]) -> Got | None:
    """What the cell says, or a fault with its place."""
    try:
        return make()
    except BadCell as error:
        faults.append(Fault(row.number, row.place(name), str(error)))
        return None


def _post(row: _Row, known: Directory) -> tuple[int, str]:
    """The post's area and name; with an area code a new one may be named."""
    name, code = plain(row.cell("post"))[:64], tight(row.cell("area")).removesuffix(".0")
    if code:
        area = next((node for node in known.areas.nodes.values() if node.code == code), None)
        if area is None:
            raise BadCell(f"没有区划代码 {code}。请核对，或先导入区划表。")
        found = [area.id]
    else:
        found = [post.area_id for post in known.posts if post.name == name]
        if not found:
            raise BadCell(f"没有“{name}”这个值班室。请先在值班页添加，或写上区划代码。")
        if len(found) > 1:
            raise BadCell(f"有 {len(found)} 个{name}。请写上区划代码。")
    if known.inside is not None and found[0] not in known.inside:
        raise BadCell(f"{name}不在您管的地方。")
    return found[0], name


def _role(text: str, rules: Rules) -> str:
    found = plain(text)
    if found not in rules.roles:
        found = found.removesuffix("人员").removesuffix("领导")
    if found not in rules.roles:
        raise BadCell(f"没有“{found}”这种角色。请写{'、'.join(rules.roles)}之一。")
    return found


def _times(row: _Row, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """With a day the cells hold hours; an end that is not later is the next morning's."""
    day = _moment(row.cell("day"), None, "日期") if row.cell("day") else None
    starts = _moment(row.cell("starts"), day.date() if day else None, "开始时间")
    ends = _moment(row.cell("ends"), starts.date(), "结束时间")
    if ends <= starts and CLOCK.fullmatch(tight(row.cell("ends"))):
        ends += timedelta(days=1)
    if ends <= starts:
        raise BadCell("结束不在开始以后。请核对。")
    if ends - starts > LONGEST:
        raise BadCell("一个班超过 48 小时。请核对，或分成几个班。")
    return starts.replace(tzinfo=zone), ends.replace(tzinfo=zone)


def _moment(text: str, day: date | None, what: str) -> datetime:
    written = " ".join(text.split())
    try:
        if found := MOMENT.fullmatch(written):
            year, month, date_, hour, minute = (int(part or 0) for part in found.groups())
            return datetime(year, month, date_, hour, minute)  # noqa: DTZ001 - on the county's own clock
        if (clock := CLOCK.fullmatch(tight(text))) and day is not None:
            return datetime.combine(day, time(int(clock[1]), int(clock[2])))
    except ValueError:
        pass
    raise BadCell(f"“{text}”不是{what}。请写成 2026-07-12 17:00；有日期一列时写 17:00。")
