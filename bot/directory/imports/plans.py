"""What an import would do, before it does it: rows to add and to change, rows refused with cell and reason."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from bot.directory.imports.cells import CLEARED, BadCell, plain
from bot.directory.imports.columns import COLUMNS, Kind, title
from bot.directory.imports.sheets import Row, Sheet

State = TypeVar("State")
Value = TypeVar("Value")


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with one cell. `cell` is empty where the file lacks the column."""

    row: int
    cell: str
    column: str
    reason: str

    def __str__(self) -> str:
        return f"第 {self.row} 行 {self.cell + ' ' if self.cell else ''}{self.column}：{self.reason}"


@dataclass(frozen=True, slots=True)
class Reject:
    """A row that is not taken, with everything that is wrong in it."""

    row: int
    faults: tuple[Fault, ...]


@dataclass(frozen=True, slots=True)
class Item(Generic[State]):
    """A row that adds or changes something. `id` is None for what is new; `changed` names columns, in Chinese."""

    row: int
    id: int | None
    label: str
    state: State
    changed: tuple[str, ...] = ()


@dataclass(frozen=True)
class Plan(Generic[State]):
    """rows = adds + updates + unchanged + rejects, always. `missing` is in the directory and not in the file, and
    stays. `keys` says by what rows with an empty id are known."""

    kind: Kind
    rows: int
    adds: tuple[Item[State], ...]
    updates: tuple[Item[State], ...]
    unchanged: int
    rejects: tuple[Reject, ...]
    missing: tuple[str, ...] = ()
    keys: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def imported(self) -> int:
        return len(self.adds) + len(self.updates) + self.unchanged

    @property
    def rejected(self) -> int:
        return len(self.rejects)

    @property
    def faults(self) -> list[Fault]:
        return [fault for reject in self.rejects for fault in reject.faults]

    @property
    def outline(self) -> tuple[object, ...]:
        """What must still hold when it is written."""
        return (
            self.kind,
            self.rows,
            [item.row for item in self.adds],
            [(i.row, i.id, i.changed) for i in self.updates],
            [reject.row for reject in self.rejects],
        )


@dataclass
class Refusals:
    """Collects faults while a sheet is checked."""

    sheet: Sheet
    by_row: dict[int, list[Fault]] = field(default_factory=dict)

    def add(self, row: int, column: str, reason: str) -> None:
        fault = Fault(row, self.sheet.place(row, column), title(self.sheet.kind, column), reason)
        self.by_row.setdefault(row, []).append(fault)

    def __contains__(self, row: object) -> bool:
        return row in self.by_row

    def __len__(self) -> int:
        return len(self.by_row)

    def rejects(self) -> tuple[Reject, ...]:
        """By row, and in a row from left to right."""
        order = [column.zh for column in COLUMNS[self.sheet.kind]]
        return tuple(
            Reject(row, tuple(sorted(faults, key=lambda fault: order.index(fault.column))))
            for row, faults in sorted(self.by_row.items())
        )


def planned(
    sheet: Sheet,
    items: Sequence[Item[State]],
    refusals: Refusals,
    *,
    missing: Iterable[str],
    keys: Iterable[str] = (),
    notes: Iterable[str] = (),
) -> Plan[State]:
    """What `items`, the rows that are not refused, come to; `notes` beside the sheet's own."""
    return Plan(
        kind=sheet.kind,
        rows=len(sheet.rows),
        adds=tuple(item for item in items if item.id is None),
        updates=tuple(item for item in items if item.id is not None and item.changed),
        unchanged=sum(item.id is not None and not item.changed for item in items),
        rejects=refusals.rejects(),
        missing=tuple(missing),
        keys=tuple(keys),
        notes=(*sheet.notes, *notes),
    )


@dataclass(frozen=True, slots=True)
class Cells:
    """One row's cells, each through its check. None means that the file leaves the value as it is."""

    row: Row
    refusals: Refusals

    def take(self, column: str, check: Callable[[str], Value], cleared: Value | None = None) -> Value | None:
        """A checked value; `cleared` where the cell says that there is to be none, if that may be."""
        text = self.row.cells.get(column, "")
        if not text.strip() or not plain(text):
            return None
        if plain(text) in CLEARED:
            if cleared is None:
                self.refusals.add(self.row.number, column, "不能没有。请填写。")
            return cleared
        try:
            return check(text)
        except BadCell as bad:
            self.refusals.add(self.row.number, column, str(bad))
            return None

    def need(self, column: str, mend: str) -> None:
        """Refuse the row where a column that it cannot do without is empty."""
        if not plain(self.row.cells.get(column, "")):
            self.refusals.add(self.row.number, column, f"没有填写。{mend}")
