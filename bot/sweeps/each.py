"""What is due is dealt with one subject at a time, each in a transaction of its own: one that breaks is logged, kept
where people see it and tried again after a pause, and holds up nobody."""

import logging
from collections.abc import Awaitable, Callable, Hashable, Iterable
from datetime import datetime, timedelta
from typing import TypeVar

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from bot.deps import Deps
from bot.metrics import TICKS_FAILED
from bot.sweeps.models import Stumble

log = logging.getLogger(__name__)
Subject = TypeVar("Subject", bound=Hashable)

FIRST_PAUSE = timedelta(seconds=5)  # doubled at each time in a row
LONGEST_PAUSE = timedelta(minutes=5)
SUBJECT = 96


async def each(
    deps: Deps, sweep: str, subjects: Iterable[Subject], deal: Callable[[AsyncSession, Subject], Awaitable[int]],
    at: datetime,
) -> int:  # fmt: skip
    """The sum of what `deal` gives. With no subjects the database is not asked. A subject that `deal` finds no longer
    due is nothing to do: whoever comes second finds it so."""
    due = list(subjects)
    known = await _known(deps, sweep) if due else {}
    done = 0
    for subject in due:
        before = known.get(_named(subject))
        if before is not None and before.again_at > at:
            continue
        try:
            async with deps.begin() as session:
                done += await deal(session, subject)
                if before is not None:
                    await session.execute(sa.delete(Stumble).where(col(Stumble.id) == before.id))
        except Exception as error:
            TICKS_FAILED.labels(sweep).inc()
            log.exception("%s: %s broke, the others go on", sweep, _named(subject))
            await _keep(deps, sweep, _named(subject), type(error).__name__, before, at)
    return done


async def standing(session: AsyncSession, at: datetime) -> list[Stumble]:
    """What is still being tried in vain, the oldest first. What is no longer due is not tried any more."""
    wanted = select(Stumble).where(col(Stumble.again_at) > at - LONGEST_PAUSE).order_by(col(Stumble.first_at))
    return list((await session.execute(wanted)).scalars())


async def paused(session: AsyncSession, sweep: str) -> set[str]:
    """Its subjects that broke when they were last tried."""
    wanted = sa.select(col(Stumble.subject)).where(col(Stumble.sweep) == sweep)
    return set((await session.execute(wanted)).scalars())


async def forget(session: AsyncSession, at: datetime) -> None:
    """Those that have not been tried for a day: they are no longer due."""
    await session.execute(sa.delete(Stumble).where(col(Stumble.again_at) < at - timedelta(days=1)))


async def _known(deps: Deps, sweep: str) -> dict[str, Stumble]:
    async with deps.read() as session:
        rows = await session.execute(select(Stumble).where(col(Stumble.sweep) == sweep))
        return {one.subject: one for one in rows.scalars()}


async def _keep(deps: Deps, sweep: str, subject: str, error: str, before: Stumble | None, at: datetime) -> None:
    times = before.times + 1 if before else 1
    again = at + min(FIRST_PAUSE * 2 ** min(times - 1, 16), LONGEST_PAUSE)
    facts = {"error": error[:64], "times": times, "last_at": at, "again_at": again}
    async with deps.begin() as session:
        mine = (col(Stumble.sweep) == sweep, col(Stumble.subject) == subject)
        done = await session.execute(sa.update(Stumble).where(*mine).values(**facts))
        if not done.rowcount:  # type: ignore[attr-defined]
            session.add(Stumble(sweep=sweep, subject=subject, first_at=at, **facts))


def _named(subject: Hashable) -> str:
    return str(subject)[:SUBJECT]
