"""SQLite on the loop itself: a thread's changes cost more than the statement that it is asked for. A word of a village
took fifty statements and as many milliseconds in a thread, a third of that here."""

import sqlite3
from collections import deque
from typing import Any

from sqlalchemy.dialects import registry
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite
from sqlalchemy.engine import URL, Connection
from sqlalchemy.exc import OperationalError
from sqlalchemy.pool import AsyncAdaptedQueuePool, Pool
from sqlalchemy.util import await_only

from bot.db.locks import when_free

DRIVER = "sqlite+onloop"
BEGIN = "BEGIN IMMEDIATE"
PATIENCE = 10.0  # seconds that a transaction waits for the write lock


class _Cursor(sqlite3.Cursor):
    """Has all rows of a statement as soon as it has run, as SQLAlchemy expects of what is async: none is left in a
    database that goes on."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        super().__init__(connection)
        self._rows: deque[Any] = deque()

    def execute(self, sql: str, parameters: Any = ()) -> "_Cursor":
        super().execute(sql, parameters)
        self._rows = deque(super().fetchall() if self.description else ())
        return self

    def fetchone(self) -> Any:
        return self._rows.popleft() if self._rows else None

    def fetchmany(self, size: int | None = 1) -> list[Any]:
        return [self._rows.popleft() for _ in range(min(size or 1, len(self._rows)))]

    def fetchall(self) -> list[Any]:
        rows, self._rows = [*self._rows], deque()
        return rows

    async def _async_soft_close(self) -> None:
        """The rows stay until somebody reads them."""


class _Connection(sqlite3.Connection):
    def cursor(self, factory: Any = _Cursor) -> Any:
        return super().cursor(factory)


class OnLoop(SQLiteDialect_pysqlite):
    """The standard library's module behind an async face that never waits: each statement ends where it began."""

    driver = "onloop"
    is_async = True
    supports_statement_cache = True

    @classmethod
    def get_pool_class(cls, url: URL) -> type[Pool]:
        return AsyncAdaptedQueuePool

    def create_connect_args(self, url: URL) -> Any:
        arguments, options = super().create_connect_args(url)
        return arguments, {**options, "factory": _Connection}


registry.register("sqlite.onloop", __name__, OnLoop.__name__)


def begin_writing(connection: Connection) -> None:
    """With the write lock from the first statement on; while another has it, the loop turns."""
    raw = connection.connection.dbapi_connection
    if raw is None:
        raise RuntimeError("the connection is closed")
    try:
        await_only(when_free(lambda: raw.execute(BEGIN), PATIENCE))
    except sqlite3.OperationalError as error:  # nobody wraps what an event raises
        raise OperationalError(BEGIN, None, error) from error
