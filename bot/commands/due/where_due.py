"""Work is begun only where a glance says that there is some: most ticks end with that one question."""

from collections.abc import Awaitable, Callable
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from bot.deps import Deps


async def where_due(
    deps: Deps,
    anything: Callable[[AsyncSession, datetime], Awaitable[bool]],
    work: Callable[[Deps, datetime], Awaitable[object]],
) -> None:
    """Both at the same moment."""
    now = deps.clock.now()
    async with deps.glance() as session:
        due = await anything(session, now)
    if due:
        await work(deps, now)
