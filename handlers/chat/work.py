"""Working on what was stored: word by word in each sender's order, senders side by side, each word in one transaction.

A word is claimed by the update that marks it done, in the transaction of all its effects: what is killed in the middle
was never begun. Two processes cannot both have it, and a later word of the same sender waits for the earlier one.
"""

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator
from datetime import datetime
from typing import NamedTuple

import sqlalchemy as sa
from aiohttp import web
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased
from sqlmodel import col

from bot.deps import DEPS, Deps
from handlers.chat.ebb import EBB, Ebb
from handlers.chat.events import event
from handlers.chat.failures import note_failure, pause
from handlers.chat.heard import heard
from handlers.chat.wake import WAKE
from handlers.wechat.models import Inbound, Work

log = logging.getLogger(__name__)
EVERY = 1.0  # seconds between two looks, where nobody woke us
SENDERS = 1000  # looked at in one round
SIDE_BY_SIDE = 8  # senders worked on at once; on SQLite one writes and the others wait
TURN = 20  # words of one sender before the others have their turn


class Head(NamedTuple):
    """The first word that waits of one sender."""

    id: int
    attempts: int
    tried_at: datetime | None


async def working(app: web.Application) -> AsyncIterator[None]:
    """A cleanup context: work while the application runs. Every web process does; the claim keeps them apart."""
    task = asyncio.create_task(_work(app[DEPS], app))
    yield
    task.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await task


async def _work(deps: Deps, app: web.Application) -> None:
    while True:
        try:
            await work_due(deps, app[EBB])
        except Exception:
            log.exception("looking for words to work on")
        await app[WAKE].heard(deps.clock, EVERY)


async def work_due(deps: Deps, ebb: Ebb | None = None) -> int:
    """Work on all that waits, holding back by `ebb` while callbacks pour in. How many words were worked on."""
    done = 0
    while True:
        heads = await _heads(deps)
        if not heads:
            return done
        free = asyncio.Semaphore(SIDE_BY_SIDE)
        turns = await asyncio.gather(*(_turn(deps, head.id, free, ebb) for head in heads))
        done += sum(turns)
        if not any(turns):
            return done


async def _heads(deps: Deps) -> list[Head]:
    """The first waiting word of each sender whose next try is due, the oldest first."""
    first = (
        sa.select(sa.func.min(col(Inbound.id)))
        .where(col(Inbound.state) == Work.waiting)
        .group_by(col(Inbound.road), col(Inbound.platform), col(Inbound.sender))
        .order_by(sa.func.min(col(Inbound.id)))
        .limit(SENDERS)
    )
    columns = (col(Inbound.id), col(Inbound.attempts), col(Inbound.worked_at))
    wanted = sa.select(*columns).where(col(Inbound.id).in_(first)).order_by(col(Inbound.id))
    now = deps.clock.now()
    async with deps.read() as session:
        heads = [Head(*row) for row in await session.execute(wanted)]
    return [h for h in heads if h.tried_at is None or h.tried_at + pause(h.attempts) <= now]


async def _turn(deps: Deps, inbound_id: int, free: asyncio.Semaphore, ebb: Ebb | None) -> int:
    """One sender's words from this one on, until one fails, none is left, or the turn is over."""
    async with free:
        done, following = 0, inbound_id
        while following and done < TURN and await _one(deps, following, ebb):
            done += 1
            following = await _following(deps, following)
        return done


async def _one(deps: Deps, inbound_id: int, ebb: Ebb | None) -> bool:
    """One word in one transaction. False where another process has it, or where it failed."""
    if ebb is not None:
        await ebb.calm()
    now = deps.clock.now()
    try:
        async with deps.begin() as session:
            inbound = await _claimed(session, inbound_id, now)
            if inbound is None:
                return False
            await _worked(session, deps, inbound, now)
    except Exception as error:
        log.exception("inbound %d", inbound_id)
        await _failed(deps, inbound_id, error, now)
        return False
    return True


async def _failed(deps: Deps, inbound_id: int, error: Exception, at: datetime) -> None:
    """Note it, unless the database is what fails: then nothing was lost, and the next look tries again."""
    try:
        async with deps.begin() as session:
            await note_failure(session, inbound_id, error, at=at)
    except Exception:
        log.exception("noting that inbound %d failed", inbound_id)


async def _worked(session: AsyncSession, deps: Deps, inbound: Inbound, at: datetime) -> None:
    if inbound.kind == "event":
        inbound.intent = (await event(session, deps, inbound, at=at))[:24]
    else:
        await heard(session, deps, inbound, at=at)


async def _claimed(session: AsyncSession, inbound_id: int, at: datetime) -> Inbound | None:
    """The word, ours until this transaction ends; None where it is done or an earlier one of its sender waits."""
    earlier = aliased(Inbound)
    same = (
        (col(earlier.road) == col(Inbound.road))
        & (col(earlier.platform) == col(Inbound.platform))
        & (col(earlier.sender) == col(Inbound.sender))
    )
    before = sa.exists().where(same, col(earlier.state) == Work.waiting, col(earlier.id) < col(Inbound.id))
    claim = (
        sa.update(Inbound)
        .where(col(Inbound.id) == inbound_id, col(Inbound.state) == Work.waiting, ~before)
        .values(state=Work.done, worked_at=at)
    )
    taken = await session.execute(claim.returning(col(Inbound.id)).execution_options(synchronize_session=False))
    return await session.get(Inbound, inbound_id) if taken.first() else None


async def _following(deps: Deps, inbound_id: int) -> int:
    """The next waiting word of the same sender, 0 where there is none."""
    this = aliased(Inbound)
    wanted = (
        sa.select(sa.func.min(col(Inbound.id)))
        .join(
            this,
            (col(this.road) == col(Inbound.road))
            & (col(this.platform) == col(Inbound.platform))
            & (col(this.sender) == col(Inbound.sender)),
        )
        .where(col(this.id) == inbound_id, col(Inbound.state) == Work.waiting)
    )
    async with deps.read() as session:
        return await session.scalar(wanted) or 0
