"""What must hold at any moment, whatever the weather: the worker lives, the queue moves, every step that is due was
taken. Where one of these does not hold, the outside monitor hears nothing from us, and that is its alarm."""

import asyncio
from datetime import timedelta

import sqlalchemy as sa
from sqlmodel import col

from bot.leases.workers import Workers
from broadcasts.dispatch.cut_off import cut_off
from broadcasts.dispatch.models import Batch
from broadcasts.ladder.models import Rung
from broadcasts.release.models import Hold
from broadcasts.watch.contract import Found, Ground, Seen

LATE = timedelta(minutes=2)  # after which a step that is due was forgotten
STUCK = timedelta(minutes=5)  # that the oldest request waits while none at all is tried
RESTARTED = timedelta(seconds=30)  # after a start, what was missed is caught up by then
LOOKS, BETWEEN = 10, 0.5  # how often, and seconds between: a worker gives a sign every second


async def steps(ground: Ground) -> Found | None:
    """Each live escalation has a next step, and none of them lies in the past."""
    late = ground.at - LATE
    rungs = sa.select(sa.func.count()).select_from(Rung).where(sa.text("rung.state = 'due'"), col(Rung.due_at) < late)
    rings = sa.select(sa.func.count()).select_from(Hold).where(col(Hold.closed_at).is_(None), col(Hold.ring_at) < late)
    async with ground.deps.read() as session:
        forgotten = (await session.scalar(rungs) or 0, await session.scalar(rings) or 0)
    if not any(forgotten):
        return Found()
    facts = {"rungs": str(forgotten[0]), "rings": str(forgotten[1])}
    return Found((Seen("steps_late", facts=facts, patience=RESTARTED),))


async def queue(ground: Ground) -> Found | None:
    """What is due leaves, or its road is known to be down."""
    async with ground.deps.read() as session:
        down = {(one.outage.road, one.outage.channel) for one in await cut_off(session, ground.at)}
        waits = sa.select(col(Batch.road), col(Batch.channel), sa.func.count(), sa.func.min(col(Batch.due_at)))
        due = waits.where(sa.text("state = 'queued'"), col(Batch.due_at) < ground.at - STUCK)
        rows = (await session.execute(due.group_by(col(Batch.road), col(Batch.channel)))).all()
        stuck = [row for row in rows if (row[0].value, row[1]) not in down]
        tried = await session.scalar(sa.select(sa.func.max(col(Batch.attempted_at)))) if stuck else None
    if not stuck or (tried is not None and ground.at - tried < STUCK):
        return Found()
    minutes = (ground.at - min(row[3] for row in stuck)).total_seconds() / 60
    facts = {"requests": str(sum(row[2] for row in stuck)), "minutes": f"{minutes:.0f}"}
    return Found((Seen("queue_stuck", facts=facts, patience=RESTARTED),))


async def worker(ground: Ground) -> Found | None:
    """The worker's number moves: a few looks within seconds tell, one alone does not."""
    workers = Workers()
    for _ in range(LOOKS):
        async with ground.deps.read() as session:
            alive = await workers.look(session, ground.deps.clock.monotonic())
        if alive:
            return Found((), {"workers": str(len(alive))})
        if not workers.silent:
            break  # there never was one
        await asyncio.sleep(BETWEEN)
    return Found((Seen("worker_silent", patience=RESTARTED),))
