"""What is due of the drills that run: whether it has become serious, then the lines whose moment has come, then the
reminders of those to come, and of those that wait for an approval. A stop at any moment neither loses a line nor
repeats one: its row moves in the transaction that sends it. Each drill is one by itself: one that breaks holds up no
other."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import partial

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from bot.config import Settings
from bot.deps import Deps
from bot.directory.tree import tree
from bot.record.entries import record
from bot.sweeps.each import each
from broadcasts.alerts.content import message
from broadcasts.alerts.drill import Played, born
from broadcasts.alerts.models import Alert
from broadcasts.audience.places import hit
from broadcasts.dispatch.alert import place
from broadcasts.dispatch.drilled import call_off_late, in_earnest, issue_drill
from drills.drills import notices
from drills.drills.approvals import tell as approving
from drills.drills.models import Drill, Inject, InjectState, Stage
from drills.drills.participants import cast
from drills.drills.queries import areas_of
from drills.drills.run import pause, shift
from drills.drills.states import ON, move_inject

BY = "system"
SLACK = timedelta(minutes=1)  # later than this, what follows comes so much later too
LONG_PAST = timedelta(minutes=30)  # later than this the drill stands still until an officer goes on with it
STOOD = "系统停过一段时间，过了点的没有补发"  # said to those who take part
LEAST = timedelta(minutes=30)  # an answer to the last line is still taken so long
CALM = timedelta(hours=1)  # after an end, in which what comes back to the queue is looked for


async def anything_due(session: AsyncSession, at: datetime) -> bool:
    wanted = sa.select(col(Drill.id)).where(sa.or_(col(Drill.state).in_(ON), col(Drill.ended_at) > at - CALM))
    found = (await session.execute(wanted.limit(1))).first()
    if found is not None or await notices.anything_due(session, at):
        return True
    return await approving.anything_due(session, at)


async def sweep_drills(deps: Deps, at: datetime) -> int:
    """How many lines were sent."""
    async with deps.read() as session:
        running = select(Drill.id).where(col(Drill.state) == Stage.running).order_by(col(Drill.id))
        on = (await session.execute(running)).scalars().all()
        coming = await notices.due(session, at)
        waiting = await approving.due(session, at)
    sent = await each(deps, "drills.sweep", on, partial(_go_on, settings=deps.settings, at=at), at)
    await each(deps, "drills.notices", coming, partial(notices.send_due, settings=deps.settings, at=at), at)
    await each(deps, "drills.approval", waiting, partial(approving.tell_due, settings=deps.settings, at=at), at)
    async with deps.begin() as session:
        await call_off_late(session, at)
    return sent


async def _go_on(session: AsyncSession, drill_id: int, *, settings: Settings, at: datetime) -> int:
    wanted = select(Drill).where(col(Drill.id) == drill_id, col(Drill.state) == Stage.running).with_for_update()
    drill = (await session.execute(wanted)).scalar_one_or_none()
    if drill is None:
        return 0
    if serious := await _serious(session, drill, at):
        await give_way(session, settings, drill, serious, at)
        return 0
    return await _play(session, settings, drill, at)


async def give_way(
    session: AsyncSession, settings: Settings, drill: Drill, serious: Sequence[Alert], at: datetime
) -> None:
    """A warning has come where the drill is: the drill stands still until an officer goes on or ends it."""
    areas, first = await tree(session), serious[0]
    where = place(areas, hit(message(first.content), areas))
    why = f"{first.grade.zh if first.grade else ''}{first.event} {where}"
    await pause(session, settings, drill, why=why, earnest=True, by=BY, at=at)


async def _serious(session: AsyncSession, drill: Drill, at: datetime) -> list[Alert]:
    found = await in_earnest(session, await areas_of(session, drill.id), at)
    return [alert for alert in found if alert.id not in drill.known]


async def _play(session: AsyncSession, settings: Settings, drill: Drill, at: datetime) -> int:
    """The lines of one moment. Where that is long past, because nobody swept, the others keep their distance."""
    wanted = select(Inject).where(
        col(Inject.drill_id) == drill.id, sa.text("drill_inject.state = 'due'"), col(Inject.due_at) <= at
    )
    due = (await session.execute(wanted.order_by(col(Inject.due_at), col(Inject.number)))).scalars().all()
    if not due or due[0].due_at is None:
        return 0
    first = due[0].due_at
    if at - first > LONG_PAST:
        await pause(session, settings, drill, why=STOOD, earnest=False, by=BY, at=at)
        return 0
    now = [inject for inject in due if inject.due_at == first]
    for inject in now:
        await _send(session, settings, drill, inject, at)
    if at - first > SLACK:
        await shift(session, drill.id, at - first)
        return len(now)
    rest = [inject for inject in due if inject not in now]
    for inject in rest:
        await _send(session, settings, drill, inject, at)
    return len(due)


async def _send(session: AsyncSession, settings: Settings, drill: Drill, inject: Inject, at: datetime) -> None:
    targets = (await cast(session, drill.id)).targets(inject.whom, asks=inject.asks)
    to = InjectState.sent if targets else InjectState.nobody
    if not await move_inject(session, inject, [InjectState.due], to, done_at=at) or not targets:
        return
    areas = await tree(session)
    played = Played(
        drill.hazard,
        drill.grade,
        drill.unit,
        inject.text,
        [areas.nodes[area] for area in await areas_of(session, drill.id)],
        max(drill.ends_at or at, at + LEAST),
    )
    alert = await born(session, played, by=drill.started_by, at=at)
    sent = await issue_drill(
        session, settings, alert, targets, road=drill.road, again=drill.again, by=drill.started_by, at=at
    )
    inject.alert_id, inject.broadcast_id = alert.id, sent.id
    session.add(inject)
    record(session, BY, "drill.inject", drill.uid, at, number=inject.number, broadcast=sent.id)
