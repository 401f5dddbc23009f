"""A list of loudspeakers and screens as people keep it, and what it would change; with every cell that is wrong."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from bot.directory.imports import cells
from bot.directory.imports.cells import CLEARED, BadCell, plain
from bot.directory.imports.columns import Column, fold
from bot.directory.imports.files import Lines, UnreadableFile, tables
from bot.directory.imports.places import Places
from bot.directory.imports.plans import Fault
from bot.directory.imports.sheets import ENOUGH, SEARCHED, letter
from bot.directory.outlets.models import OutletKind

COLUMNS = (
    Column("kind", "种类", ("类别", "类型", "设备类型")),
    Column("name", "名称", ("设备名称", "喇叭名称", "屏幕名称")),
    Column("area", "区划代码", ("区划", "所属区划", "地区", "村", "行政区划代码")),
    Column("place", "安装位置", ("位置", "地址", "地点")),
    Column("keeper", "负责人", ("管理员", "播音员", "看管人", "联系人")),
    Column("resource_code", "应急广播资源编码", ("资源编码", "资源代码", "终端编码")),
)
TITLES = {column.name: column.zh for column in COLUMNS}
KINDS = {
    **dict.fromkeys(("大喇叭", "喇叭", "音柱", "应急广播", "广播", "speaker"), OutletKind.speaker),
    **dict.fromkeys(("显示屏", "屏", "屏幕", "led", "led屏", "电子屏", "大屏", "screen"), OutletKind.screen),
}
NEEDED = ("kind", "name", "area")
MENDS = {"kind": "请写 大喇叭 或 显示屏。", "name": "请写一个认得出的名称。", "area": "请写所在区划的代码。"}
RESOURCE = 32

Value = TypeVar("Value")
Keepers = Callable[[str, str], int]  # (what the cell says, area's code) → a person; raises BadCell


@dataclass(frozen=True, slots=True)
class OutletState:
    """What a row makes of one. `area` is a code; None leaves a value as it is."""

    kind: OutletKind
    name: str
    area: str
    place: str | None = None
    keeper_id: int | None = None
    resource_code: str | None = None
    no_keeper: bool = False  # the cell says that there is to be none

    @property
    def key(self) -> str:
        return f"{self.area}/{self.kind.value}/{self.name}"[:128]


@dataclass
class OutletPlan:
    """Rows that are taken, by whether they are known, and every fault. `rows` counts all of them."""

    rows: int = 0
    adds: list[OutletState] = field(default_factory=list)
    known: list[OutletState] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    left: set[str] = field(default_factory=set)  # keys of those that are known and not in the file
    missing: list[str] = field(default_factory=list)  # of them, the names of those that are there; they stay

    @property
    def rejected(self) -> int:
        return len({fault.row for fault in self.faults})

    @property
    def outline(self) -> tuple[object, ...]:
        """What must still hold when it is written."""
        return self.rows, self.adds, self.known, self.faults


def read(data: bytes, places: Places, keepers: Keepers, known: Mapping[str, str]) -> OutletPlan:
    """`known` are names by key. Raises UnreadableFile."""
    heads, lines = _found(data)
    made, seen = OutletPlan(), dict[str, int]()
    for number, line in lines:
        texts = {name: line[place] if place < len(line) else "" for place, name in heads.items()}
        made.rows += 1
        faults: list[Fault] = []
        letters = {name: letter(place) for place, name in heads.items()}
        state = _row(texts, places, keepers, _adder(faults, number, letters))
        if state is not None and state.key in seen:
            _adder(faults, number, letters)("name", f"与第 {seen[state.key]} 行是同一个。请删去一行，或改名称。")
        if faults or state is None:
            made.faults.extend(faults)
            continue
        seen[state.key] = number
        (made.known if state.key in known else made.adds).append(state)
    made.left = {key for key in known if key not in seen}
    return made


def _found(data: bytes) -> tuple[Mapping[int, str], list[tuple[int, list[str]]]]:
    """The columns by place, and the lines below the headings that are not blank."""
    headings = {fold(text): c.name for c in COLUMNS for text in (c.name, c.zh, *c.also)}
    for _, lines in tables(data):
        for index, line in enumerate(lines[:SEARCHED]):
            heads = {place: headings[fold(cell)] for place, cell in enumerate(line) if fold(cell) in headings}
            if len(set(heads.values())) >= ENOUGH:
                return heads, _below(lines, index)
    wanted = "、".join(column.zh for column in COLUMNS)
    raise UnreadableFile(f"没有找到表头。表头应是：{wanted}。可以先下载空表。")


def _below(lines: Lines, index: int) -> list[tuple[int, list[str]]]:
    return [(n, line) for n, line in enumerate(lines[index + 1 :], index + 2) if any(cell.strip() for cell in line)]


Add = Callable[[str, str], None]


def _adder(faults: list[Fault], number: int, letters: Mapping[str, str]) -> Add:
    def add(column: str, reason: str) -> None:
        cell = f"{letters[column]}{number}" if column in letters else ""
        faults.append(Fault(number, cell, TITLES[column], reason))

    return add


def _row(texts: Mapping[str, str], places: Places, keepers: Keepers, add: Add) -> OutletState | None:
    for column in NEEDED:
        if not plain(texts.get(column, "")):
            add(column, f"没有填写。{MENDS[column]}")
    kind = _checked(texts, "kind", _kind, add)
    name = _checked(texts, "name", cells.name, add)
    area = _checked(texts, "area", places.find, add)
    keeper = texts.get("keeper", "")
    keeper_id = _checked(texts, "keeper", lambda text: keepers(text, area or ""), add)
    place = _checked(texts, "place", lambda text: cells.name(text, 128), add)
    resource = _checked(texts, "resource_code", _resource, add)
    if kind is None or name is None or area is None:
        return None
    return OutletState(kind, name, area, place, keeper_id, resource, no_keeper=plain(keeper) in CLEARED)


def _checked(texts: Mapping[str, str], column: str, check: Callable[[str], Value], add: Add) -> Value | None:
    text = texts.get(column, "")
    if not plain(text) or plain(text) in CLEARED:
        return None
    try:
        return check(text)
    except BadCell as bad:
        add(column, str(bad))
        return None


def _kind(text: str) -> OutletKind:
    found = KINDS.get(plain(text).lower())
    if found is None:
        raise BadCell(f"没有“{plain(text)[:20]}”这一种。{MENDS['kind']}")
    return found


def _resource(text: str) -> str:
    found = cells.tight(text).removesuffix(".0")
    if not found.isascii() or not found.isalnum() or len(found) > RESOURCE:
        raise BadCell(f"应是最多 {RESOURCE} 位的数字和字母，请从应急广播平台复制；没有就留空。")
    return found


def chosen(people: Sequence[tuple[int, str, str, str, str]]) -> Keepers:
    """Finds a keeper by the county's own id, by name in that place, or by a name that only one bears.
    `people` are (id, key, name, area's code, codes upward joined by /)."""
    by_key = {key: number for number, key, *_ in people}
    by_name: defaultdict[str, list[tuple[int, str, str]]] = defaultdict(list)
    for number, _, name, area, way in people:
        by_name[name].append((number, area, way))

    def find(text: str, area: str) -> int:
        said = plain(text)
        if said in by_key:
            return by_key[said]
        named = by_name.get(said, [])
        near = [one for one in named if one[1] == area] or [one for one in named if area and area in one[2].split("/")]
        found = named if len(named) == 1 else near
        if len(found) == 1:
            return found[0][0]
        if named:
            raise BadCell(f"有 {len(named)} 个人叫“{said[:20]}”。请写人员编号。")
        raise BadCell(f"人员表里没有“{said[:20]}”。请先导入人员，或写人员编号。")

    return find
