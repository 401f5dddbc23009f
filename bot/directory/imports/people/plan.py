"""What a file of people would do to the directory."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields, replace

from bot.directory.imports.cells import ROLES
from bot.directory.imports.claims import Claim, refuse_contested
from bot.directory.imports.columns import Kind, title
from bot.directory.imports.people.lines import Digest, PersonLine, read_line
from bot.directory.imports.people.match import Match
from bot.directory.imports.people.states import KnownPerson, PersonState
from bot.directory.imports.places import Places
from bot.directory.imports.plans import Cells, Item, Plan, Refusals, planned
from bot.directory.imports.sheets import Row, Sheet

COLUMN_OF = {"key": "id", "digest": "phone"}  # fields that bear another name than their column


@dataclass(frozen=True, slots=True)
class Matched:
    line: PersonLine
    found: KnownPerson | None
    key: str


def plan_people(sheet: Sheet, known: Sequence[KnownPerson], places: Places, digest: Digest) -> Plan[PersonState]:
    """Every row is added, changed, left as it is, or refused. `digest` is the vault's."""
    refusals = Refusals(sheet)
    matched = _distinct(sheet, Match(known), places, digest, refusals)
    _refuse_taken(matched, known, places, refusals)
    kept = [one for one in matched if one.line.row not in refusals]
    items = [_item(one) for one in kept]
    mentioned = {one.found.id for one in matched if one.found}
    return planned(
        sheet,
        items,
        refusals,
        missing=(_called(p.state, places) for p in known if p.id not in mentioned),
        keys=(_key_said(one) for one in kept if not one.line.id),
        notes=_notes(item.state for item in items),
    )


def _distinct(sheet: Sheet, match: Match, places: Places, digest: Digest, refusals: Refusals) -> list[Matched]:
    """The rows with whom they mean. Of two that mean the same person the later is refused."""
    matched: list[Matched] = []
    rows: dict[str | int, int] = {}
    for row in sheet.rows:
        line = read_line(row, places, digest, refusals)
        found = match.find(line)
        _need(row, line, found, refusals)
        one = Matched(line, found, match.key(line, found))
        if row.number not in refusals:
            first = rows.setdefault(one.key, row.number)
            first = min(first, rows.setdefault(found.id, row.number)) if found else first
            if first != row.number:
                refusals.add(row.number, *_twice(line, first))
        matched.append(one)
    return matched


def _need(row: Row, line: PersonLine, found: KnownPerson | None, refusals: Refusals) -> None:
    if found:
        return
    cells = Cells(row, refusals)
    cells.need("name", "请写姓名。")
    cells.need("area", "请写所在区划的代码。")
    cells.need("roles", f"没有角色的人什么也收不到。请写 {'、'.join(ROLES)} 等，几个用 ; 隔开。")


def _twice(line: PersonLine, first: int) -> tuple[str, str]:
    if line.id:
        return "id", f"与第 {first} 行是同一个人。请删去一行，或改正编号。"
    if line.digest:
        return "phone", f"与第 {first} 行的手机号相同，又没有编号。请删去一行，或给两人各写一个编号。"
    return "name", f"与第 {first} 行同一区划、同名。请删去一行，或写手机号、编号来区别。"


def _refuse_taken(matched: Sequence[Matched], known: Sequence[KnownPerson], places: Places, refusals: Refusals) -> None:
    names = {person.id: _called(person.state, places) for person in known}
    for column, what in (("userid", "账号"), ("openid", "openid")):
        claims = [
            Claim(one.line.row, one.found.id if one.found else None, _folded(getattr(one.line, column), column))
            for one in matched
        ]
        held = {value: person.id for person in known for value in _folded(getattr(person.state, column), column) or ()}
        refuse_contested(column, claims, held, names, refusals, what)


def _folded(value: str | None, column: str) -> frozenset[str] | None:
    """As it is compared: WeCom compares userids without case, the official account's openids with it."""
    if value is None:
        return None
    return frozenset([folded(value, column)] if value else [])


def folded(value: str, column: str) -> str:
    return value.lower() if column == "userid" else value


def _item(one: Matched) -> Item[PersonState]:
    before = one.found.state if one.found else PersonState(one.key, "", "")
    line = one.line
    said = {
        name: getattr(line, name)
        for name in ("name", "area", "roles", "ab", "language", "userid", "openid", "digest", "phone")
        if getattr(line, name) is not None
    }
    after = replace(before, key=one.key, **said)
    if one.found and after.digest == before.digest:
        after = replace(after, phone=None)
    changed = [f.name for f in fields(after) if f.name != "phone" and getattr(before, f.name) != getattr(after, f.name)]
    titles = tuple(title(Kind.people, COLUMN_OF.get(name, name)) for name in changed)
    return Item(line.row, one.found.id if one.found else None, after.name, after, titles)


def _key_said(one: Matched) -> str:
    name = one.line.name or (one.found.state.name if one.found else "")
    if one.found and one.found.has_own_key:
        return f"第 {one.line.row} 行 {name}：就是编号 {one.found.state.key}"
    if one.line.phone:
        return f"第 {one.line.row} 行 {name}：手机号（尾号 {one.line.phone[-4:]}）"
    return f"第 {one.line.row} 行 {name}：区划和姓名"


def _notes(states: Iterable[PersonState]) -> list[str]:
    own, mute = set[str](), 0
    for state in states:
        own |= state.roles - set(ROLES)
        mute += not state.userid and not state.openid
    notes = [f"这些角色是自己起的，请核对有没有写错：{'、'.join(sorted(own))}"] if own else []
    return notes + ([f"{mute:,} 人没有企业微信账号，也没有 openid，微信发不到，只能打电话。"] if mute else [])


def _called(state: PersonState, places: Places) -> str:
    return f"{state.name}（{places.names.get(state.area, state.area)}）"
