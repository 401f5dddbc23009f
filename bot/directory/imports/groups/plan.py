"""What a file of groups would do to the directory."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from bot.directory.imports import cells
from bot.directory.imports.claims import Claim, refuse_contested
from bot.directory.imports.columns import Kind, title
from bot.directory.imports.groups.states import GroupState, KnownGroup
from bot.directory.imports.people.match import place_key
from bot.directory.imports.people.states import PLACE_KEY
from bot.directory.imports.places import Places
from bot.directory.imports.plans import Cells, Item, Plan, Refusals, planned
from bot.directory.imports.sheets import Row, Sheet

Digest = Callable[[str], str]


@dataclass(frozen=True, slots=True)
class GroupLine:
    """One row, read, and the group it means. None leaves a value as it is; `robots` maps digests to keys."""

    row: int
    id: str
    name: str | None
    area: str | None
    kind: str | None
    chat_id: str | None
    robots: dict[str, str] | None
    found: KnownGroup | None = None

    @property
    def key(self) -> str:
        return self.id or (self.found.state.key if self.found else place_key(self.area or "", self.name or ""))


def plan_groups(sheet: Sheet, known: Sequence[KnownGroup], places: Places, digest: Digest) -> Plan[GroupState]:
    """Every row is added, changed, left as it is, or refused. `digest` is the vault's."""
    refusals = Refusals(sheet)
    lines = _distinct(sheet, known, places, digest, refusals)
    _refuse_taken(lines, known, refusals)
    kept = [line for line in lines if line.row not in refusals]
    items = [_item(line) for line in kept]
    mentioned = {line.found.id for line in lines if line.found}
    return planned(
        sheet,
        items,
        refusals,
        missing=(group.state.name for group in known if group.id not in mentioned),
        keys=(_key_said(line) for line in kept if not line.id),
        notes=_notes(kept),
    )


def _distinct(
    sheet: Sheet, known: Sequence[KnownGroup], places: Places, digest: Digest, refusals: Refusals
) -> list[GroupLine]:
    by_key = {group.state.key: group for group in known}
    by_place: defaultdict[tuple[str, str], list[KnownGroup]] = defaultdict(list)
    for group in known:
        by_place[group.state.area, group.state.name].append(group)
    lines: list[GroupLine] = []
    rows: dict[str, int] = {}
    for row in sheet.rows:
        line = _line(row, places, digest, refusals)
        here = [g for g in by_place.get((line.area or "", line.name or ""), []) if not line.id or _has_made_key(g)]
        found = by_key.get(line.key) or (here[0] if len(here) == 1 else None)
        line = replace(line, found=found)
        _need(row, line, refusals)
        if row.number not in refusals:
            first = rows.setdefault(found.state.key if found else line.key, row.number)
            if first != row.number:
                mend = "请删去一行，或改正编号。" if line.id else "请删去一行，或给两个群各写一个编号。"
                refusals.add(row.number, "id" if line.id else "name", f"与第 {first} 行是同一个群。{mend}")
        lines.append(line)
    return lines


def _line(row: Row, places: Places, digest: Digest, refusals: Refusals) -> GroupLine:
    found = Cells(row, refusals)
    robots = found.take("robot_key", cells.robot_keys, cells.NONE)
    return GroupLine(
        row=row.number,
        id=found.take("id", cells.key, "") or "",
        name=found.take("name", cells.name),
        area=found.take("area", places.find),
        kind=found.take("kind", cells.group_kind),
        chat_id=found.take("chat_id", cells.chat_id, ""),
        robots=None if robots is None else {digest(key): key for key in robots},
    )


def _has_made_key(group: KnownGroup) -> bool:
    return group.state.key.startswith(PLACE_KEY)


def _need(row: Row, line: GroupLine, refusals: Refusals) -> None:
    if line.found:
        return
    found = Cells(row, refusals)
    found.need("name", "请写群名。")
    found.need("area", "请写这个群所管区划的代码。")
    found.need("kind", f"请写 {'、'.join(cells.GROUP_KINDS)} 之一。")


def _refuse_taken(lines: Sequence[GroupLine], known: Sequence[KnownGroup], refusals: Refusals) -> None:
    claims = [
        Claim(line.row, line.found.id if line.found else None, None if line.robots is None else frozenset(line.robots))
        for line in lines
    ]
    held = {digest: group.id for group in known for digest in group.had}
    names = {group.id: group.state.name for group in known}
    refuse_contested("robot_key", claims, held, names, refusals, "机器人地址")


def _item(line: GroupLine) -> Item[GroupState]:
    before = line.found.state if line.found else GroupState(line.key, "", "", "")
    said = {
        name: getattr(line, name) for name in ("name", "area", "kind", "chat_id") if getattr(line, name) is not None
    }
    after = replace(before, key=line.key, robots=line.robots, **said)
    changed = [
        name for name in ("key", "name", "area", "kind", "chat_id") if getattr(before, name) != getattr(after, name)
    ]
    if line.robots is not None and line.found and _robots_change(line.found, frozenset(line.robots)):
        changed.append("robot_key")
    titles = tuple(title(Kind.groups, "id" if name == "key" else name) for name in changed)
    return Item(line.row, line.found.id if line.found else None, after.name, after, titles)


def _robots_change(group: KnownGroup, wanted: frozenset[str]) -> bool:
    """A robot that the platform called gone is not revived by the file that first brought it."""
    return bool(wanted - group.had or group.living - wanted)


def _key_said(line: GroupLine) -> str:
    name = line.name or (line.found.state.name if line.found else "")
    if line.found and not _has_made_key(line.found):
        return f"第 {line.row} 行 {name}：就是编号 {line.found.state.key}"
    return f"第 {line.row} 行 {name}：区划和群名"


def _notes(lines: Iterable[GroupLine]) -> list[str]:
    mute, gone = 0, list[str]()
    for line in lines:
        living = line.found.living if line.found else frozenset[str]()
        dead = line.found.had - living if line.found else frozenset[str]()
        wanted = frozenset(line.robots) if line.robots is not None else living
        mute += not wanted and not (line.chat_id or (line.found and line.found.state.chat_id))
        if dead & frozenset(line.robots or ()):
            gone.append(line.name or "")
    notes = [f"{mute:,} 个群没有机器人地址，预警发不进去。请在群里添加机器人，补上地址。"] if mute else []
    if gone:
        notes.append(f"这些群的机器人已失效，请重新添加，换成新地址：{'、'.join(gone)}")
    return notes
