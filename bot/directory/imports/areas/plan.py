"""What a file of areas would do to the tree."""

from collections.abc import Mapping
from dataclasses import dataclass, fields

from bot.directory.imports import cells
from bot.directory.imports.areas.states import AreaState, KnownArea
from bot.directory.imports.areas.trees import refuse_bad_trees
from bot.directory.imports.cells import BadCell
from bot.directory.imports.columns import Kind, title
from bot.directory.imports.places import Places
from bot.directory.imports.plans import Cells, Item, Plan, Refusals, planned
from bot.directory.imports.shapes import geometry
from bot.directory.imports.sheets import Row, Sheet

NO_PARENT = "-"  # as a parent: this is the root


@dataclass(frozen=True, slots=True)
class AreaLine:
    """One row, read. None leaves a value as it is; `parent` is still as it was written."""

    row: int
    code: str
    name: str | None
    level: str | None
    parent: str | None
    duty_phone: str | None
    geometry: str | None
    tags: frozenset[str] | None


def plan_areas(sheet: Sheet, known: Mapping[str, KnownArea]) -> Plan[AreaState]:
    """Every row is added, changed, left as it is, or refused."""
    refusals = Refusals(sheet)
    lines = _distinct(sheet, refusals, known)
    parents = _parents(lines, known, refusals)
    refuse_bad_trees(
        {line.code: (line.row, parents[line.code]) for line in lines.values() if line.row not in refusals},
        {code: area.state.parent for code, area in known.items()}, refusals,
    )  # fmt: skip
    items = [_item(line, parents[line.code], known) for line in lines.values() if line.row not in refusals]
    mentioned = {line.code for line in lines.values()}
    return planned(
        sheet,
        items,
        refusals,
        missing=(f"{a.state.name}（{code}）" for code, a in known.items() if code not in mentioned),
    )


def _distinct(sheet: Sheet, refusals: Refusals, known: Mapping[str, KnownArea]) -> dict[str, AreaLine]:
    """Rows by their code. Of two with one code the later is refused; rows with a fault stay in it, so that what is
    below them is told why."""
    lines: dict[str, AreaLine] = {}
    for row in sheet.rows:
        line = _line(row, refusals)
        if line is None:
            continue
        if line.code in lines:
            refusals.add(row.number, "code", f"与第 {lines[line.code].row} 行重复。请删去一行，或改正代码。")
            continue
        lines[line.code] = line
        if line.code not in known:
            found = Cells(row, refusals)
            found.need("name", "新的区划要有名称。")
            found.need("level", "新的区划要有级别，例如 镇、村、网格。")
    return lines


def _line(row: Row, refusals: Refusals) -> AreaLine | None:
    found = Cells(row, refusals)
    found.need("code", "每个区划要有代码，可以是自己编的。")
    code = found.take("code", cells.code)
    tags = found.take("tags", cells.several, cells.NONE)
    line = AreaLine(
        row=row.number,
        code=code or "",
        name=found.take("name", cells.name),
        level=found.take("level", cells.level),
        parent=found.take("parent", str, NO_PARENT),
        duty_phone=found.take("duty_phone", cells.duty_phone, ""),
        geometry=found.take("geometry", geometry, ""),
        tags=None if tags is None else frozenset(tags),
    )
    return line if code else None


def _parents(lines: Mapping[str, AreaLine], known: Mapping[str, KnownArea], refusals: Refusals) -> dict[str, str]:
    """The parent's code of each row's area, empty at a root; a parent may stand in the file or in the directory."""
    names = {code: (area.state.name, area.state.parent) for code, area in known.items()}
    names |= {c: (line.name or names.get(c, ("", ""))[0], line.parent or "") for c, line in lines.items()}
    places = Places((code, name, parent) for code, (name, parent) in names.items())
    parents: dict[str, str] = {}
    for code, line in lines.items():
        before = known[code].state.parent if code in known else ""
        if line.parent is None or line.parent == NO_PARENT:
            parents[code] = before if line.parent is None else ""
            continue
        try:
            parents[code] = places.find(line.parent)
        except BadCell as bad:
            parents[code] = before
            refusals.add(line.row, "parent", str(bad))
    return parents


def _item(line: AreaLine, parent: str, known: Mapping[str, KnownArea]) -> Item[AreaState]:
    old = known.get(line.code)
    before = old.state if old else AreaState(line.code, "", "", "")
    after = AreaState(
        code=line.code,
        name=before.name if line.name is None else line.name,
        level=before.level if line.level is None else line.level,
        parent=parent,
        duty_phone=before.duty_phone if line.duty_phone is None else line.duty_phone,
        geometry=before.geometry if line.geometry is None else line.geometry or None,
        tags=before.tags if line.tags is None else line.tags,
    )
    changed = [title(Kind.areas, f.name) for f in fields(after) if getattr(before, f.name) != getattr(after, f.name)]
    return Item(line.row, old.id if old else None, after.name, after, tuple(changed))
