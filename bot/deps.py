"""The infrastructure that web, commands and tests all enter by one door. Domain code takes what it needs of it."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass

from aiohttp import web
from sqlalchemy.ext.asyncio import AsyncSession

from bot.clock import Clock, SystemClock
from bot.config import Settings
from bot.coordination.contract import Coordination
from bot.coordination.open import open_coordination
from bot.db.engine import Database, Made
from bot.vault import Vault


@dataclass(frozen=True)
class Deps:
    settings: Settings
    clock: Clock
    database: Database
    vault: Vault
    coordination: Coordination

    def begin(self, *, at_once: bool = False) -> AbstractAsyncContextManager[AsyncSession]:
        """A writing transaction, committed at the end of the block. It gives way to others now and then; they to one
        `at_once`, which is for what is short and somebody waits for."""
        return self.database.begin(at_once=at_once)

    async def begin_late(self, work: Callable[[AsyncSession], Awaitable[Made]], *, hopeful: bool = True) -> Made:
        """The same for `work` that reads much before it writes, and may be done a second time. `hopeful`: that nobody
        writes meanwhile."""
        return await self.database.begin_late(work, hopeful=hopeful)

    def read(self) -> AbstractAsyncContextManager[AsyncSession]:
        """A session that only looks."""
        return self.database.read()

    def glance(self) -> AbstractAsyncContextManager[AsyncSession]:
        """The same for a row or two by an index: what somebody asks every second."""
        return self.database.glance()


@asynccontextmanager
async def open_deps(settings: Settings, clock: Clock | None = None) -> AsyncIterator[Deps]:
    """Open what the settings name, and close it again."""
    clock = clock or SystemClock()
    database, coordination = Database(settings), open_coordination(settings, clock)
    try:
        yield Deps(settings, clock, database, Vault(settings.secret_key), coordination)
    finally:
        await coordination.close()
        await database.close()


DEPS = web.AppKey("deps", Deps)
