"""Where a group of small writes is committed: SQLite on the loop, or PostgreSQL."""

import sqlite3
from collections.abc import Awaitable, Callable
from typing import Any, Generic, Protocol, TypeVar

from bot.db.locks import when_free

Row = TypeVar("Row")
Result = TypeVar("Result")
OnSqlite = Callable[[sqlite3.Connection, list[Row]], list[Result]]
OnPostgres = Callable[[Any, list[Row]], Awaitable[list[Result]]]  # the connection is asyncpg's
# A statement is planned while its tables are small, and goes on so when they have grown.
BY_INDEX = {"enable_seqscan": "off", "jit": "off"}
CONNECT, ANSWER = 3.0, 4.0  # seconds: the platform itself waits for five
PATIENCE = 10.0  # seconds that a group waits for the write lock of SQLite
PRAGMAS = ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "temp_store=MEMORY")


class Ground(Protocol[Row, Result]):
    """One transaction for a group, in full or not at all."""

    async def commit(self, rows: list[Row]) -> list[Result]: ...

    async def close(self) -> None: ...


class SqliteGround(Generic[Row, Result]):
    """A synchronous connection on the loop: a thread's two changes a statement cost more than the statement."""

    def __init__(self, path: str, write: OnSqlite[Row, Result]) -> None:
        self._path, self._write = path, write
        self._db: sqlite3.Connection | None = None

    async def commit(self, rows: list[Row]) -> list[Result]:
        return self.written(await when_free(self.begun, PATIENCE), rows)

    def written(self, db: sqlite3.Connection, rows: list[Row]) -> list[Result]:
        """In the transaction that `begun` began."""
        try:
            results = self._write(db, rows)
            db.execute("COMMIT")
        except BaseException:
            if db.in_transaction:
                db.execute("ROLLBACK")
            raise
        return results

    async def close(self) -> None:
        if self._db is not None:
            self._db.close()
            self._db = None

    def begun(self) -> sqlite3.Connection:
        """With the write lock, or an error at once."""
        db = self.looking()
        db.execute("BEGIN IMMEDIATE")
        return db

    def looking(self) -> sqlite3.Connection:
        """Without a transaction."""
        self._db = self._db or self._opened()
        return self._db

    def _opened(self) -> sqlite3.Connection:
        db = sqlite3.connect(self._path, isolation_level=None, timeout=0.0)
        try:
            for pragma in PRAGMAS:
                db.execute(f"PRAGMA {pragma}")
        except BaseException:
            db.close()
            raise
        return db


class PostgresGround(Generic[Row, Result]):
    """One connection, and one statement for a group: each way there and back is a turn of a loop that is busy."""

    def __init__(self, dsn: str, write: OnPostgres[Row, Result]) -> None:
        self._dsn, self._write = dsn, write
        self._db: Any = None

    async def commit(self, rows: list[Row]) -> list[Result]:
        try:
            if self._db is None:
                self._db = await _connected(self._dsn)
            return await self._write(self._db, rows)
        except BaseException:  # whatever it was: the next group has a connection of which we know that it lives
            if self._db is not None:
                self._db.terminate()
                self._db = None
            raise

    async def close(self) -> None:
        if self._db is not None:
            await self._db.close()
            self._db = None


async def _connected(dsn: str) -> Any:
    import asyncpg

    return await asyncpg.connect(dsn, timeout=CONNECT, command_timeout=ANSWER, server_settings=BY_INDEX)
