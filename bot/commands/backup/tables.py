"""Rows of a backup into the tables that they come from."""

from typing import Any

import sqlalchemy as sa

from bot.commands.backup import frames
from bot.commands.backup.rows import cell

AT_ONCE = 500  # rows written together


class Tables:
    """One table after another. What points into its own table is joined when all its rows are there."""

    def __init__(self, connection: sa.Connection, found: sa.MetaData, *, naive: bool) -> None:
        self._connection, self._found, self._naive = connection, found, naive
        self._table: sa.Table | None = None
        self._columns: list[sa.Column[Any]] = []
        self._own: set[str] = set()
        self._rows: list[dict[str, Any]] = []
        self._joins: list[tuple[sa.Table, dict[str, Any], dict[str, Any]]] = []

    def begin(self, name: str, columns: list[str]) -> None:
        self.flush()
        self.join()
        table = self._found.tables.get(name)
        if table is None:
            raise frames.BadBackup(f"没有 {name} 这张表")
        self._table, self._columns = table, [table.c[column] for column in columns]
        self._own = {c.name for c in self._columns for key in c.foreign_keys if key.column.table is table}

    def row(self, values: list[Any]) -> None:
        made = {
            c.name: cell(v, naive=self._naive, json=isinstance(c.type, sa.JSON))
            for c, v in zip(self._columns, values, strict=True)
        }
        later = {name: made.pop(name) for name in self._own}
        if any(value is not None for value in later.values()) and self._table is not None:
            keys = {c.name: made[c.name] for c in self._table.primary_key}
            self._joins.append((self._table, keys, later))
        self._rows.append(made)
        if len(self._rows) >= AT_ONCE:
            self.flush()

    def flush(self) -> None:
        if self._table is not None and self._rows:
            self._connection.execute(self._table.insert(), self._rows)
        self._rows = []

    def join(self) -> None:
        for table, keys, later in self._joins:
            where = [table.c[name] == value for name, value in keys.items()]
            self._connection.execute(table.update().where(*where).values(later))
        self._joins = []
