"""Bringing a database to the present schema, under a lock, and refusing one that is not. Whoever imports this has every
table of the house in the metadata."""

import asyncio
import contextlib
import fcntl
from collections.abc import AsyncIterator
from pathlib import Path

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine

from bot.config import Settings
from bot.db.door import door
from bot.db.engine import async_url
from bot.errors import SchemaError
from bot.migrations.tables import metadata

HERE = Path(__file__).parent
LOCK = 20261124  # of PostgreSQL, any number of our own


async def upgrade(settings: Settings) -> None:
    """Migrate to the newest revision; two processes that try at once do it once. Raises DatabaseClosed."""
    with door(settings), await asyncio.to_thread(_locked, settings):
        async with _connect(settings) as connection:
            if not settings.is_sqlite:
                await connection.execute(sa.text(f"SELECT pg_advisory_xact_lock({LOCK})"))
            await connection.run_sync(lambda sync: command.upgrade(config(sync), "head"))
            await connection.commit()


async def check(settings: Settings) -> None:
    """Raise SchemaError unless the database is at the newest revision."""
    there = await present(settings)
    if there != head():
        raise SchemaError(f"（现在是 {there or '空的'}，应是 {head()}）")


async def ensure(settings: Settings) -> None:
    """Migrate an empty database, refuse an old one. For commands that may be the first."""
    if await present(settings) is None:
        await upgrade(settings)
    await check(settings)


async def present(settings: Settings) -> str | None:
    """The database's revision, None where it is empty or not there yet. Raises DatabaseClosed."""
    if _absent(settings):
        return None
    with door(settings):
        return await _revision(settings)


async def _revision(settings: Settings) -> str | None:
    async with _connect(settings) as connection:
        return await connection.run_sync(lambda sync: MigrationContext.configure(sync).get_current_revision())


def _absent(settings: Settings) -> bool:
    return settings.is_sqlite and not Path(settings.sqlite_path).exists()


def head() -> str | None:
    return ScriptDirectory(str(HERE)).get_current_head()


def config(connection: sa.Connection) -> Config:
    """Alembic's configuration for one open connection."""
    made = Config()
    made.set_main_option("script_location", str(HERE))
    made.attributes |= {"connection": connection, "metadata": metadata}
    return made


@contextlib.asynccontextmanager
async def _connect(settings: Settings) -> AsyncIterator[AsyncConnection]:
    if settings.is_sqlite:
        Path(settings.sqlite_path).parent.mkdir(parents=True, exist_ok=True)
    engine = create_async_engine(async_url(settings.database))
    try:
        async with engine.connect() as connection:
            yield connection
    finally:
        await engine.dispose()


def _locked(settings: Settings) -> contextlib.AbstractContextManager[object]:
    """On SQLite a lock file beside the database; on PostgreSQL the transaction's advisory lock serves."""
    if not settings.is_sqlite:
        return contextlib.nullcontext()
    path = Path(settings.sqlite_path)
    path.parent.mkdir(parents=True, exist_ok=True)
    file = (path.parent / f".{path.name}.migrate").open("w")
    fcntl.flock(file, fcntl.LOCK_EX)
    return file
