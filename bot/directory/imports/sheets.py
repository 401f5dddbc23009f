"""A file as rows whose cells are known by column: the headings are found, and every cell keeps its place (B7)."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from bot.directory.imports.columns import COLUMNS, Kind, by_heading, fold
from bot.directory.imports.files import Lines, UnreadableFile, tables

SEARCHED = 20  # lines in which the headings are looked for: a list often begins with its title
ENOUGH = 2  # headings by which a line is known to hold them


@dataclass(frozen=True, slots=True)
class Row:
    """`number` counts as in a spreadsheet. `cells` holds the columns that the file has, as they were written."""

    number: int
    cells: Mapping[str, str]


@dataclass(frozen=True)
class Sheet:
    kind: Kind
    rows: tuple[Row, ...]
    letters: Mapping[str, str]  # of each column that the file has
    notes: tuple[str, ...] = ()  # what was not read

    def place(self, number: int, column: str) -> str:
        """`B7`, or nothing where the file lacks the column."""
        letter = self.letters.get(column)
        return f"{letter}{number}" if letter else ""


@dataclass(frozen=True)
class _Head:
    line: int  # counted from 0
    columns: Mapping[int, str]
    unknown: tuple[str, ...]


def read_file(kind: Kind, path: Path) -> Sheet:
    """Read a file of the disk. Raises UnreadableFile."""
    try:
        return read(kind, path.read_bytes())
    except OSError as error:
        raise UnreadableFile(f"{path}：{error.strerror}。请核对路径和权限。") from error


def read(kind: Kind, data: bytes) -> Sheet:
    """Read a file's bytes; what they are is seen from themselves, not from a name. Raises UnreadableFile."""
    best: tuple[_Head, str, Lines] | None = None
    others: list[str] = []
    for name, lines in tables(data):
        head = _head(kind, lines)
        if head is None:
            continue
        if best is None or len(head.columns) > len(best[0].columns):
            others += [best[1]] if best and best[1] else []
            best = head, name, lines
        elif name:
            others.append(name)
    if best is None:
        wanted = "、".join(column.name for column in COLUMNS[kind])
        raise UnreadableFile(f"没有找到{kind.zh}的表头。表头应是：{wanted}。可用 --template 生成模板。")
    return _sheet(kind, best[0], best[2], others)


def _head(kind: Kind, lines: Lines) -> _Head | None:
    known = by_heading(kind)
    for index, line in enumerate(lines[:SEARCHED]):
        columns = {place: known[fold(cell)] for place, cell in enumerate(line) if fold(cell) in known}
        if len(set(columns.values())) >= ENOUGH:
            if len(set(columns.values())) < len(columns):
                twice = sorted(name for name in columns.values() if list(columns.values()).count(name) > 1)[0]
                raise UnreadableFile(f"第 {index + 1} 行的表头里，{twice} 这一列有两个。请删去一个。")
            unknown = tuple(cell.strip() for p, cell in enumerate(line) if p not in columns and cell.strip())
            return _Head(index, columns, unknown)
    return None


def _sheet(kind: Kind, head: _Head, lines: Lines, others: list[str]) -> Sheet:
    rows = []
    for number, line in enumerate(lines[head.line + 1 :], head.line + 2):
        cells = {name: line[place] if place < len(line) else "" for place, name in head.columns.items()}
        if any(cell.strip() for cell in line):
            rows.append(Row(number, cells))
    notes = [f"这几列不认识，没有读：{'、'.join(head.unknown)}"] if head.unknown else []
    notes += [f"这几张工作表没有读：{'、'.join(others)}"] if others else []
    return Sheet(kind, tuple(rows), {name: letter(place) for place, name in head.columns.items()}, tuple(notes))


def letter(place: int) -> str:
    """A column's letters as spreadsheets write them; 0 is A, 26 is AA."""
    letters = ""
    place += 1
    while place:
        place, rest = divmod(place - 1, 26)
        letters = chr(65 + rest) + letters
    return letters
