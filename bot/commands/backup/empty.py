"""A backup goes into an empty database alone: nothing that somebody works with is ever written over."""

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine

from bot.config import Settings
from bot.db.engine import async_url
from bot.errors import SignalTreeError

EMPTY_OF = ("area", "alert", "user_account", "person")


class NotEmpty(SignalTreeError):
    """数据库里已经有数据，没有恢复。请换一个空的 SIGNALTREE_DATA_DIR（或 DATABASE_URL），再恢复一次。"""


async def refuse_full_at(settings: Settings) -> None:
    engine = create_async_engine(async_url(settings.database))
    try:
        async with engine.connect() as connection:
            await refuse_full(connection)
    finally:
        await engine.dispose()


async def refuse_full(connection: AsyncConnection) -> None:
    there = await connection.run_sync(lambda sync: sa.inspect(sync).get_table_names())
    for name in EMPTY_OF:
        if (
            name in there
            and (await connection.execute(sa.select(sa.literal(1)).select_from(sa.table(name)).limit(1))).first()
            is not None
        ):
            raise NotEmpty
