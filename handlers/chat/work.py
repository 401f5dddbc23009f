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

from bot.db.types import UtcDateTime
from bot.deps import DEPS, Deps
from handlers.chat.ebb import EBB, Ebb
from handlers.chat.events import event
from handlers.chat.failures import note_failure, pause
from handlers.chat.heard import heard
from handlers.chat.wake import WAKE
from handlers.wechat.models import Inbound, Work

log = logging.getLogger(__name__)
EVERY = 1.0  # seconds between two looks, where nobody woke us
LOOKED_AT = 1000  # words in one round, or as many senders where more wait
SIDE_BY_SIDE = 8  # senders worked on at once; on SQLite one: who waits for the write lock waits for callbacks no more
TURN = 20  # words of one sender before the others have their turn


class Head(NamedTuple):
    """The first word that waits of one sender."""

    id: int
    attempts: int
    tried_at: datetime | None


def _claim() -> sa.UpdateBase:
    earlier = aliased(Inbound)
    same = (
        (col(earlier.road) == col(Inbound.road))
        & (col(earlier.platform) == col(Inbound.platform))
        & (col(earlier.sender) == col(Inbound.sender))
    )
    before = sa.exists().where(same, col(earlier.state) == Work.waiting, col(earlier.id) < col(Inbound.id))
    now = sa.bindparam("now", type_=UtcDateTime)
    claim = sa.update(Inbound).where(
        col(Inbound.id) == sa.bindparam("word"), col(Inbound.state) == Work.waiting, ~before
    )
    taken = claim.values(state=Work.done, worked_at=now).returning(Inbound)
    return taken.execution_options(synchronize_session=False)


# Built once: to put a statement together costs more than to run it.
CLAIM = _claim()
WAITS = sa.text("state = 'waiting'")  # as text: SQLite's partial index
SENDER = (col(Inbound.road), col(Inbound.platform), col(Inbound.sender))
HEADS = sa.select(col(Inbound.id), col(Inbound.attempts), col(Inbound.worked_at), *SENDER).order_by(col(Inbound.id))
WAITING = HEADS.where(
    col(Inbound.id).in_(sa.select(col(Inbound.id)).where(WAITS).order_by(col(Inbound.id)).limit(LOOKED_AT))
)
FIRSTS = HEADS.where(
    col(Inbound.id).in_(
        sa.select(sa.func.min(col(Inbound.id)))
        .where(WAITS)
        .group_by(*SENDER)
        .order_by(sa.func.min(col(Inbound.id)))
        .limit(LOOKED_AT)
    )
)
FOLLOWING = sa.select(sa.func.min(col(Inbound.id))).where(
    col(Inbound.road) == sa.bindparam("on"),
    col(Inbound.platform) == sa.bindparam("by"),
    col(Inbound.sender) == sa.bindparam("sender"),
    WAITS,
)


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
        free = asyncio.Semaphore(1 if deps.settings.is_sqlite else SIDE_BY_SIDE)
        turns = await asyncio.gather(*(_turn(deps, head.id, free, ebb) for head in heads))
        done += sum(turns)
        if not any(turns):
            return done


async def _heads(deps: Deps) -> list[Head]:
    """The first waiting word of each sender whose next try is due, the oldest first."""
    now = deps.clock.now()
    async with deps.glance() as session:
        rows = (await session.execute(WAITING)).all()
    if len(rows) == LOOKED_AT:  # they may all be one sender's: each other has its turn too
        async with deps.read() as session:
            rows = (await session.execute(FIRSTS)).all()
    first = {tuple(row[3:]): Head(*row[:3]) for row in reversed(rows)}
    heads = sorted(first.values())
    return [h for h in heads if h.tried_at is None or h.tried_at + pause(h.attempts) <= now]


async def _turn(deps: Deps, inbound_id: int, free: asyncio.Semaphore, ebb: Ebb | None) -> int:
    """One sender's words from this one on, until one fails, none is left, or the turn is over."""
    async with free:
        done, following = 0, inbound_id
        while following and done < TURN:
            worked = await _one(deps, following, ebb)
            if worked is None:
                break
            done, following = done + 1, worked
        return done


async def _one(deps: Deps, inbound_id: int, ebb: Ebb | None) -> int | None:
    """One word in one transaction: the sender's next, 0 where there is none. None where another process has it, or
    where it failed."""
    if ebb is not None:
        await ebb.calm()
    now = deps.clock.now()
    try:
        async with deps.begin(at_once=True) as session:
            inbound = await _claimed(session, inbound_id, now)
            if inbound is None:
                return None
            await _worked(session, deps, inbound, now)
            return await _following(session, inbound)
    except Exception as error:
        log.exception("inbound %d", inbound_id)
        await _failed(deps, inbound_id, error, now)
        return None


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
    taken = await session.execute(CLAIM, {"word": inbound_id, "now": at})
    return taken.scalar_one_or_none()


async def _following(session: AsyncSession, inbound: Inbound) -> int:
    """The next waiting word of the same sender, 0 where there is none."""
    same = {"on": inbound.road, "by": inbound.platform, "sender": inbound.sender}
    return await session.scalar(FOLLOWING, same) or 0
