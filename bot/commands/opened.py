"""The door of every command that works on the database and may be the first to do so."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import TypeVar

from bot.config import load
from bot.deps import Deps, open_deps
from bot.logs import set_up
from bot.migrations.run import ensure

T = TypeVar("T")


@asynccontextmanager
async def opened() -> AsyncIterator[Deps]:
    """Settings read, an empty database migrated, an old one refused."""
    settings = load()
    set_up("WARNING")
    await ensure(settings)
    async with open_deps(settings) as deps:
        yield deps


def run(work: Callable[[Deps], Awaitable[T]]) -> T:
    """One command's work, from start to end."""

    async def whole() -> T:
        async with opened() as deps:
            return await work(deps)

    return asyncio.run(whole())
