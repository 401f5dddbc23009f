"""Up and down the revisions of one database by hand, to look at what each release left."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import sqlalchemy as sa
from alembic import command
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine

from bot.config import Settings
from bot.db.engine import async_url
from bot.migrations.run import config


@asynccontextmanager
async def connected(settings: Settings) -> AsyncIterator[AsyncConnection]:
    engine = create_async_engine(async_url(settings.database))
    try:
        async with engine.connect() as connection:
            yield connection
    finally:
        await engine.dispose()


async def up(connection: AsyncConnection, to: str) -> None:
    await connection.run_sync(lambda sync: command.upgrade(config(sync), to))


async def down(connection: AsyncConnection, to: str) -> None:
    await connection.run_sync(lambda sync: command.downgrade(config(sync), to))


async def found(connection: AsyncConnection, query: str) -> list[tuple[Any, ...]]:
    """All rows that the query gives."""
    return [tuple(row) for row in await connection.execute(sa.text(query))]
