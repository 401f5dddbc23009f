"""Opening the database: SQLite in WAL with one writer at a time, or PostgreSQL."""

import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import Connection, event, text
from sqlalchemy.exc import OperationalError
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, create_async_engine
from sqlalchemy.pool import ConnectionPoolEntry

from bot.config import Settings
from bot.coordination.watch import CHANNEL
from bot.db.bites import hurry, in_bites
from bot.db.locks import busy
from bot.db.onloop import DRIVER, begin_writing

Made = TypeVar("Made")
HOPES = 2  # times that a transaction reads without the write lock
PRAGMAS = (
    "PRAGMA journal_mode=WAL",
    "PRAGMA synchronous=FULL",
    "PRAGMA foreign_keys=ON",
    "PRAGMA temp_store=MEMORY",
)
ON_LOOP = "PRAGMA busy_timeout=0"  # we wait for the lock ourselves, and nothing else is ever busy in WAL
IN_THREAD = "PRAGMA busy_timeout=10000"


class Database:
    """Sessions for one database. `begin` writes (on SQLite the write lock is taken at once), `read` only looks. On
    SQLite writing runs on the loop, looking in a thread, since a page may ask for much; `glance` is for a look at a row
    or two by an index, and stays on the loop."""

    def __init__(self, settings: Settings) -> None:
        self.is_sqlite = settings.is_sqlite
        if self.is_sqlite:
            self._writer, self._reader, self._glancer = _writer(settings), _reader(settings), _glancer(settings)
        else:
            self._writer = self._reader = self._glancer = _postgres(settings)

    @asynccontextmanager
    async def begin(self, *, at_once: bool = False) -> AsyncIterator[AsyncSession]:
        async with AsyncSession(self._writer, expire_on_commit=False) as session, session.begin():
            if at_once:
                await (await session.connection()).run_sync(hurry)
            yield session
            if not self.is_sqlite:
                await session.execute(text(f"NOTIFY {CHANNEL}"))

    async def begin_late(self, work: Callable[[AsyncSession], Awaitable[Made]], *, hopeful: bool = True) -> Made:
        """What `work` gives in a writing transaction, for work that reads much before it writes. On SQLite it takes the
        write lock with the first statement that writes; where somebody else has written since it began to read, or is
        writing, it is undone and done again, in the end with the lock from the beginning; so at once if not `hopeful`,
        where others write all the time."""
        for _ in range(HOPES if self.is_sqlite and hopeful else 0):
            try:
                async with AsyncSession(self._glancer, expire_on_commit=False) as session, session.begin():
                    return await work(session)
            except OperationalError as error:
                if not busy(error.orig):
                    raise
        async with self.begin() as session:
            return await work(session)

    @asynccontextmanager
    async def read(self) -> AsyncIterator[AsyncSession]:
        async with AsyncSession(self._reader, expire_on_commit=False) as session:
            yield session

    @asynccontextmanager
    async def glance(self) -> AsyncIterator[AsyncSession]:
        async with AsyncSession(self._glancer, expire_on_commit=False) as session:
            yield session

    @property
    def engines(self) -> frozenset[AsyncEngine]:
        """For measurements too: on PostgreSQL it is one."""
        return frozenset((self._writer, self._reader, self._glancer))

    async def close(self) -> None:
        """A connection that somebody still has ends when he gives it back."""
        for engine in self.engines:
            event.listen(engine.pool, "checkin", _end)
            await engine.dispose()


def async_url(database: str) -> str:
    return database.replace("sqlite://", "sqlite+aiosqlite://", 1).replace("postgresql://", "postgresql+asyncpg://", 1)


def plain(value: object) -> str:
    """JSON that a person can read in the database."""
    return json.dumps(value, ensure_ascii=False)


def _postgres(settings: Settings) -> AsyncEngine:
    engine = create_async_engine(async_url(settings.database), json_serializer=plain, pool_size=10, max_overflow=10)
    in_bites(engine.sync_engine)
    return engine


def _writer(settings: Settings) -> AsyncEngine:
    engine = _on_loop(settings, begin_writing, pool_size=1, max_overflow=0)
    in_bites(engine.sync_engine)
    return engine


def _glancer(settings: Settings) -> AsyncEngine:
    engine = _on_loop(settings, _begin, pool_size=2, max_overflow=8)
    in_bites(engine.sync_engine)
    return engine


def _reader(settings: Settings) -> AsyncEngine:
    return _sqlite(settings, async_url(settings.database), IN_THREAD, _begin, pool_size=4, max_overflow=4)


def _on_loop(settings: Settings, begin: Callable[[Connection], None], **pool: int) -> AsyncEngine:
    return _sqlite(settings, settings.database.replace("sqlite", DRIVER, 1), ON_LOOP, begin, **pool)


def _sqlite(
    settings: Settings, url: str, waiting: str, begin: Callable[[Connection], None], **pool: int
) -> AsyncEngine:
    Path(settings.sqlite_path).parent.mkdir(parents=True, exist_ok=True)
    engine = create_async_engine(url, json_serializer=plain, pool_timeout=30, **pool)

    @event.listens_for(engine.sync_engine, "connect")
    def prepare(connection: Any, _: object) -> None:
        connection.isolation_level = None  # we say BEGIN ourselves
        cursor = connection.cursor()
        for pragma in (IN_THREAD, *PRAGMAS, waiting):
            cursor.execute(pragma)
        cursor.close()

    event.listen(engine.sync_engine, "begin", begin)
    return engine


def _end(_: Any, record: ConnectionPoolEntry) -> None:
    record.invalidate()


def _begin(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN")
