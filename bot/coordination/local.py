"""Coordination on one machine: in this process, and through the database for the word that it changed."""

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

from bot.clock import Clock
from bot.config import Settings
from bot.coordination.contract import Coordination, Key, Limit
from bot.coordination.watch import PostgresWatch, SqliteWatch, Watch
from bot.coordination.windows import Windows


class LocalCoordination:
    def __init__(self, watch: Watch) -> None:
        self._watch = watch
        self._windows: defaultdict[str, Windows] = defaultdict(Windows)
        self._locks: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)

    async def take(
        self, space: str, keys: Sequence[Key], limits: Sequence[Limit], at: float, *, red: bool, together: bool = False
    ) -> list[float]:
        return self._windows[space].take(keys, limits, at, red=red, together=together)

    async def counted(
        self, space: str, keys: Sequence[Key], limits: Sequence[Limit], at: float, times: int = 1
    ) -> None:
        self._windows[space].counted(keys, at, times)

    async def moved(self, space: str, keys: Sequence[Key], taken: float, at: float) -> None:
        self._windows[space].moved(keys, taken, at)

    @asynccontextmanager
    async def alone(self, name: str) -> AsyncIterator[None]:
        async with self._locks[name]:
            yield

    async def changed(self, within: float) -> bool:
        return await self._watch.changed(within)

    async def close(self) -> None:
        await self._watch.close()


def open_local(settings: Settings, clock: Clock) -> Coordination:
    watch = SqliteWatch(settings.sqlite_path, clock) if settings.is_sqlite else PostgresWatch(settings.database)
    return LocalCoordination(watch)
