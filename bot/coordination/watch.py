"""Seeing that another process committed: PRAGMA data_version on SQLite, LISTEN on PostgreSQL."""

import asyncio
import sqlite3
from typing import Any, Protocol

from bot.clock import Clock

CHANNEL = "signaltree"
EVERY = 0.01  # seconds between looks at data_version, each 3 µs


class Watch(Protocol):
    async def changed(self, within: float) -> bool: ...

    async def close(self) -> None: ...


class SqliteWatch:
    def __init__(self, path: str, clock: Clock) -> None:
        self._path, self._clock = path, clock
        self._connection: sqlite3.Connection | None = None
        self._version = -1

    async def changed(self, within: float) -> bool:
        until = self._clock.monotonic() + within
        while True:
            version = self._look()
            if version != self._version:
                self._version = version
                return True
            if self._clock.monotonic() >= until:
                return False
            await self._clock.sleep(EVERY)

    def _look(self) -> int:
        if self._connection is None:
            self._connection = sqlite3.connect(self._path, isolation_level=None, check_same_thread=False)
        row = self._connection.execute("PRAGMA data_version").fetchone()
        return int(row[0])

    async def close(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None


class PostgresWatch:
    """Every writing transaction ends with NOTIFY (see bot.db.engine); a slow poll of the caller stands behind it."""

    def __init__(self, dsn: str) -> None:
        self._dsn = dsn
        self._connection: Any = None
        self._heard = asyncio.Event()

    async def changed(self, within: float) -> bool:
        if self._connection is None or self._connection.is_closed():
            import asyncpg

            self._connection = await asyncpg.connect(self._dsn)
            await self._connection.add_listener(CHANNEL, lambda *_: self._heard.set())
            return True
        try:
            await asyncio.wait_for(self._heard.wait(), within)
        except TimeoutError:
            return False
        self._heard.clear()
        return True

    async def close(self) -> None:
        if self._connection is not None:
            await self._connection.close()
