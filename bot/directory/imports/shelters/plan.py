"""What a file of shelters would do to the directory."""

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from typing import Any

from bot.directory.imports import cells
from bot.directory.imports.columns import Kind, title
from bot.directory.imports.people.match import place_key
from bot.directory.imports.places import Places
from bot.directory.imports.plans import Cells, Item, Plan, Refusals, planned
from bot.directory.imports.shapes import CHINA
from bot.directory.imports.sheets import Row, Sheet
from bot.directory.imports.shelters.states import KnownShelter, ShelterState

UNKNOWN = -1.0  # a cell that says that there is none


@dataclass(frozen=True, slots=True)
class ShelterLine:
    """One row, read. None leaves a value as it is."""

    row: int
    name: str | None
    area: str | None
    address: str | None
    capacity: float | None
    lon: float | None
    lat: float | None
    phone: str | None


def plan_shelters(sheet: Sheet, known: Sequence[KnownShelter], places: Places) -> Plan[ShelterState]:
    """Every row is added, changed, left as it is, or refused. Area and name say which shelter it is."""
    refusals, by_key = Refusals(sheet), {one.state.key: one for one in known}
    lines = [_line(row, places, refusals) for row in sheet.rows]
    _refuse_doubles(lines, refusals)
    kept = [line for line in lines if line.row not in refusals]
    items = [_item(line, by_key.get(_key(line))) for line in kept]
    mentioned = {_key(line) for line in lines}
    lost = sum(item.state.lon is None for item in items)
    return planned(
        sheet,
        items,
        refusals,
        missing=(one.state.name for one in known if one.state.key not in mentioned),
        notes=[f"{lost:,} 个避难场所没有经纬度，手机上指不了路。请补上。"] if lost else (),
    )


def _line(row: Row, places: Places, refusals: Refusals) -> ShelterLine:
    found = Cells(row, refusals)
    line = ShelterLine(
        row=row.number,
        name=found.take("name", cells.name),
        area=found.take("area", places.find),
        address=found.take("address", lambda text: cells.name(text, 128), ""),
        capacity=found.take("capacity", lambda text: float(cells.count(text)), UNKNOWN),
        lon=found.take("lon", cells.degrees, UNKNOWN),
        lat=found.take("lat", cells.degrees, UNKNOWN),
        phone=found.take("phone", cells.duty_phone, ""),
    )
    found.need("name", "请写避难场所的名称。")
    found.need("area", "请写它所在区划的代码。")
    if row.number not in refusals:
        _refuse_elsewhere(line, refusals)
    return line


def _refuse_elsewhere(line: ShelterLine, refusals: Refusals) -> None:
    lon, lat = line.lon, line.lat
    if _given(lon) != _given(lat):
        refusals.add(line.row, "lon", "经度和纬度要一起写。请补上另一个，或都留空。")
    elif lon is not None and lat is not None and lon != UNKNOWN:
        west, south, east, north = CHINA
        if west <= lat <= east and south <= lon <= north:
            refusals.add(line.row, "lon", "经度和纬度写反了。请先写经度，再写纬度。")
        elif not (west <= lon <= east and south <= lat <= north):
            refusals.add(line.row, "lon", "不在国内。请写以度为单位的经纬度，例如 103.52 和 26.41。")


def _given(degrees: float | None) -> str:
    """Left as it is, taken away, or said."""
    return "left" if degrees is None else "gone" if degrees == UNKNOWN else "said"


def _refuse_doubles(lines: Sequence[ShelterLine], refusals: Refusals) -> None:
    rows: dict[str, int] = {}
    for line in lines:
        if line.row in refusals:
            continue
        first = rows.setdefault(_key(line), line.row)
        if first != line.row:
            refusals.add(line.row, "name", f"与第 {first} 行是同一个避难场所。请删去一行，或把名称写得有区别。")


def _key(line: ShelterLine) -> str:
    return place_key(line.area or "", line.name or "")


def _item(line: ShelterLine, known: KnownShelter | None) -> Item[ShelterState]:
    before = known.state if known else ShelterState(_key(line), line.name or "", line.area or "")
    given = {field.name: getattr(line, field.name) for field in fields(line) if field.name != "row"}
    said: dict[str, Any] = {name: None if v == UNKNOWN else v for name, v in given.items() if v is not None}
    after = replace(before, **said)
    if after.capacity is not None:
        after = replace(after, capacity=int(after.capacity))
    changed = tuple(title(Kind.shelters, name) for name in said if getattr(before, name) != getattr(after, name))
    return Item(line.row, known.id if known else None, after.name, after, changed)
