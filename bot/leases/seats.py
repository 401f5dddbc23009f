"""A place for each worker process: the first one that nobody holds. On PostgreSQL it is held by a lock of the database
that ends with the process, however that comes; who starts again finds its place free and takes over at once."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from bot.config import Settings
from bot.errors import SignalTreeError

SEATS = 64
KIND = 5458  # names our locks among others in the database
TRIES, PAUSE = 30, 0.1  # the lock of a process that was killed a moment ago goes when the database has noticed


class NoSeat(SignalTreeError):
    """发送进程已经够了，这一个没有启动："""


@asynccontextmanager
async def seated(settings: Settings) -> AsyncIterator[str]:
    """The slot's name, ours within the block. On SQLite there is one worker, and its newest start has the place; on
    PostgreSQL without Redis there is one too, since nobody else could keep the limits. Raises NoSeat."""
    if settings.is_sqlite:
        yield _name(0)
        return
    import asyncpg

    database = await asyncpg.connect(settings.database)
    try:
        yield _name(await _seat(database, SEATS if settings.redis_url else 1))
    finally:
        await database.close()


async def _seat(database: Any, seats: int) -> int:
    for _ in range(TRIES):
        for number in range(seats):
            if await database.fetchval("SELECT pg_try_advisory_lock($1, $2)", KIND, number):
                return number
        await asyncio.sleep(PAUSE)
    raise NoSeat("没有设置 REDIS_URL 时只能有一个 worker。" if seats == 1 else f"最多 {seats} 个。")


def _name(number: int) -> str:
    return f"worker-{number}"
