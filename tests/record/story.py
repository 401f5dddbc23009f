"""What the tests of the record do to it."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from bot.clock import TurnedClock
from bot.deps import Deps
from bot.record.entries import record
from bot.record.findings import Findings, Recomputed
from bot.record.sealing import seal_due
from bot.record.verify import verify


async def write(deps: Deps, *subjects: str, action: str = "alert.taken", **detail: Any) -> None:
    async with deps.begin() as session:
        for subject in subjects:
            record(session, "system", action, subject, deps.clock.now(), count=1, **detail)


async def seal(deps: Deps) -> None:
    """A second goes by."""
    assert isinstance(deps.clock, TurnedClock)
    deps.clock.turn(1)
    await seal_due(deps)


async def sealed(deps: Deps, *rounds: str) -> None:
    """One seal for each of `rounds`, over the entries that its letters name."""
    for letters in rounds:
        await write(deps, *letters)
        await seal(deps)


async def by_hand(deps: Deps, statement: str, **values: Any) -> None:
    """What somebody with access to the database does behind our back."""
    async with deps.begin() as session:
        await session.execute(sa.text(statement), values)


async def look(deps: Deps, *recomputed: Recomputed, since: int = 0) -> Findings:
    async with deps.read() as session:
        return await verify(session, deps.vault, recomputed, since=since)


async def one(session: AsyncSession, statement: str) -> Any:
    return (await session.execute(sa.text(statement))).scalar_one()
