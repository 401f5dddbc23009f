"""The rungs that are due: whoever is silent is told again, her B is woken, the desk is rung, somebody is sent to her
door; or the rung is over. And what is due of whoever was sent, or moves a village. Each broadcast is climbed in a
transaction of its own: one that breaks holds up no other."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import partial

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from bot.config import Settings
from bot.deps import Deps
from bot.record.entries import record
from bot.sweeps.each import each
from broadcasts.alerts.models import Alert
from broadcasts.answers.counted import silent
from broadcasts.dispatch.models import Broadcast
from broadcasts.ladder.desk import call_the_desk
from broadcasts.ladder.instead import wake_another
from broadcasts.ladder.models import Rung, RungState, Whom
from broadcasts.ladder.over import over_because
from broadcasts.ladder.remind import remind
from broadcasts.ladder.voices.ring import ring
from broadcasts.ladder.voices.roads import open_calls
from broadcasts.tasks.evacuation import sweep as evacuation
from broadcasts.tasks.knocks import sweep as knocks
from broadcasts.tasks.knocks.send import send_all

BY = "system"
TASKS = (knocks, evacuation)  # what people were given to do
DUE = sa.text("rung.state = 'due'")  # as text: a bound parameter would keep SQLite from its partial index


async def anything_due(session: AsyncSession, at: datetime) -> bool:
    wanted = sa.select(col(Rung.id)).where(DUE, col(Rung.due_at) <= at)
    rung = (await session.execute(wanted.limit(1))).first()
    return rung is not None or any([await room.anything_due(session, at) for room in TASKS])


async def sweep_due(deps: Deps, at: datetime) -> int:
    """Climb what is due, each rung once. After an outage the present counts: what was answered or is over is closed
    with its reason, and of several reminders that were missed the last alone is sent. How many rungs and tasks were
    dealt with."""
    first = sa.func.min(col(Rung.due_at))
    wanted = sa.select(col(Rung.broadcast_id)).where(DUE, col(Rung.due_at) <= at)
    wanted = wanted.group_by(col(Rung.broadcast_id)).order_by(first, sa.func.min(col(Rung.id)))
    async with deps.read() as session:
        due = (await session.execute(wanted)).scalars().all()
    done = await each(deps, "ladder.sweep", due, partial(_climb, settings=deps.settings, at=at), at)
    for room in TASKS:
        done += await room.sweep_due(deps, at)
    return done


async def _climb(session: AsyncSession, broadcast_id: str, *, settings: Settings, at: datetime) -> int:
    wanted = select(Rung).where(col(Rung.broadcast_id) == broadcast_id, DUE, col(Rung.due_at) <= at)
    ours = wanted.order_by(col(Rung.due_at), col(Rung.id)).with_for_update()
    rungs = (await session.execute(ours)).scalars().all()
    if rungs:
        await _together(session, settings, broadcast_id, rungs, at)
    return len(rungs)


async def _together(
    session: AsyncSession, settings: Settings, broadcast_id: str, rungs: Sequence[Rung], at: datetime
) -> None:
    broadcast = await session.get(Broadcast, broadcast_id)
    alert = await session.get(Alert, broadcast.alert_id) if broadcast and broadcast.alert_id else None
    why = over_because(alert, at)
    quiet = [] if why else await silent(session, broadcast_id)
    last: dict[tuple[Whom, str], int] = {}
    for rung in rungs:
        last[rung.whom, rung.channel] = max(rung.number, last.get((rung.whom, rung.channel), 0))
    for rung in rungs:
        rung.done_at, rung.silent = at, len(quiet)
        if why or broadcast is None or alert is None:
            _done(session, rung, RungState.over, at, reason=why)
        elif rung.whom is Whom.instead:
            copies = await wake_another(session, settings, broadcast, alert, rung, at)
            _done(session, rung, RungState.told if copies else RungState.answered, at, copies=copies)
        elif not quiet:
            _done(session, rung, RungState.answered, at)
        elif rung.number < last[rung.whom, rung.channel]:
            _done(session, rung, RungState.over, at, reason="overtaken")
        elif rung.whom is Whom.silent and rung.channel in open_calls(settings, drill=broadcast.drill):
            copies = await ring(session, settings, broadcast, alert, quiet, rung, at)
            _done(session, rung, RungState.told, at, copies=copies)
        elif rung.whom is Whom.silent:
            copies = await remind(session, settings, broadcast, alert, quiet, rung.number, at)
            _done(session, rung, RungState.told, at, copies=copies)
        elif rung.whom is Whom.knock:
            within = timedelta(seconds=rung.within_seconds)
            copies = await send_all(session, settings, broadcast, alert, quiet, within, at)
            _done(session, rung, RungState.told, at, sent=copies)
        else:
            await call_the_desk(session, broadcast_id, alert, len(quiet), at)
            _done(session, rung, RungState.told, at)


def _done(session: AsyncSession, rung: Rung, state: RungState, at: datetime, **facts: object) -> None:
    rung.state = state
    session.add(rung)
    record(session, BY, f"rung.{state.value}", rung.broadcast_id, at, rung=rung.number, silent=rung.silent, **facts)
