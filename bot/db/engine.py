"""Opening the database: SQLite in WAL with one writer at a time, or PostgreSQL."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import event, text
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, create_async_engine

from bot.config import Settings
from bot.coordination.watch import CHANNEL

PRAGMAS = (
    "PRAGMA journal_mode=WAL",
    "PRAGMA synchronous=FULL",
    "PRAGMA busy_timeout=10000",
    "PRAGMA foreign_keys=ON",
    "PRAGMA temp_store=MEMORY",
)


class Database:
    """Sessions for one database. `begin` writes (on SQLite the write lock is taken at once), `read` only looks."""

    def __init__(self, settings: Settings) -> None:
        self.is_sqlite = settings.is_sqlite
        self._writer = _engine(settings, writes=True)
        self._reader = _engine(settings, writes=False) if self.is_sqlite else self._writer

    @asynccontextmanager
    async def begin(self) -> AsyncIterator[AsyncSession]:
        async with AsyncSession(self._writer, expire_on_commit=False) as session, session.begin():
            yield session
            if not self.is_sqlite:
                await session.execute(text(f"NOTIFY {CHANNEL}"))

    @asynccontextmanager
    async def read(self) -> AsyncIterator[AsyncSession]:
        async with AsyncSession(self._reader, expire_on_commit=False) as session:
            yield session

    @asynccontextmanager
    async def alone(self) -> AsyncIterator[None]:
        """On SQLite no transaction of ours is open within the block, and nothing is written by it itself."""
        async with self._writer.connect():
            yield

    async def close(self) -> None:
        await self._writer.dispose()
        if self._reader is not self._writer:
            await self._reader.dispose()


def async_url(database: str) -> str:
    return database.replace("sqlite://", "sqlite+aiosqlite://", 1).replace("postgresql://", "postgresql+asyncpg://", 1)


def plain(value: object) -> str:
    """JSON that a person can read in the database."""
    return json.dumps(value, ensure_ascii=False)


def _engine(settings: Settings, *, writes: bool) -> AsyncEngine:
    if not settings.is_sqlite:
        return create_async_engine(async_url(settings.database), json_serializer=plain, pool_size=10, max_overflow=10)
    Path(settings.sqlite_path).parent.mkdir(parents=True, exist_ok=True)
    pool = {"pool_size": 1, "max_overflow": 0} if writes else {"pool_size": 4, "max_overflow": 4}
    engine = create_async_engine(async_url(settings.database), json_serializer=plain, pool_timeout=30, **pool)

    @event.listens_for(engine.sync_engine, "connect")
    def prepare(connection: Any, _: object) -> None:
        connection.isolation_level = None  # we say BEGIN ourselves
        cursor = connection.cursor()
        for pragma in PRAGMAS:
            cursor.execute(pragma)
        cursor.close()

    @event.listens_for(engine.sync_engine, "begin")
    def begin(connection: Any) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    return engine
