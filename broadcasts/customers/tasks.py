"""The tasks that wait for a member: found among what was sent, looked at in turn, closed when nothing is open."""

from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from bot.channels.customer_group.limits import NAME, REMINDER_HOURS, REMINDERS, split
from bot.record.entries import record
from broadcasts.alerts.models import Alert, Status
from broadcasts.customers.models import Ending, GroupTask
from broadcasts.dispatch.models import Batch, Broadcast, Recall
from broadcasts.dispatch.states import State

BY = "system"
FIRST = timedelta(seconds=15)  # after which the platform is asked for the first time
SLOWEST = timedelta(minutes=5)
KEPT = timedelta(days=2)  # after which nobody confirms a warning any more
AT_ONCE = 20  # tasks that one round looks at: far within what the base interfaces allow


@dataclass(frozen=True)
class Due:
    """A task whose turn it is. `over`: nothing more is wanted of it, so that it is cancelled. `remind`: whoever must
    act is told once more."""

    task: GroupTask
    over: bool
    remind: bool


async def adopt(session: AsyncSession, at: datetime) -> int:
    """Keep a task for each request that the platform has taken since. How many."""
    found = (await session.execute(select(Batch).where(*_fresh(at)))).scalars().all()
    for batch in found:
        sender, made = split((batch.members or "").partition("|")[0])[0], batch.settled_at or at
        task = GroupTask(
            batch_id=batch.id, broadcast_id=batch.broadcast_id, road=batch.road, message_id=batch.message_id,
            sender=sender, wake=batch.wake, made_at=made, look_at=made + FIRST,
        )  # fmt: skip
        session.add(task)
    await session.flush()
    return len(found)


async def anything_due(session: AsyncSession, at: datetime) -> bool:
    """Whether a task waits for its look, or a request for its task."""
    task = sa.select(col(GroupTask.id)).where(col(GroupTask.closed_at).is_(None), col(GroupTask.look_at) <= at)
    for wanted in (task, sa.select(col(Batch.id)).where(*_fresh(at))):
        if (await session.execute(wanted.limit(1))).first() is not None:
            return True
    return False


async def due(session: AsyncSession, minutes: int, at: datetime) -> list[Due]:
    """Those whose turn it is, the longest waiting first. `minutes`: after which who must act is reminded."""
    recalled = sa.exists().where(col(Recall.broadcast_id) == col(GroupTask.broadcast_id))
    ended = sa.or_(col(Alert.status) != Status.issued, sa.func.coalesce(col(Alert.expires) <= at, sa.false()))
    over = sa.or_(recalled, sa.and_(col(Alert.id).is_not(None), ended))
    wanted = (
        sa.select(GroupTask, over)
        .join(Broadcast, col(Broadcast.id) == col(GroupTask.broadcast_id))
        .join(Alert, col(Alert.id) == col(Broadcast.alert_id), isouter=True)
        .where(col(GroupTask.closed_at).is_(None), col(GroupTask.look_at) <= at)
        .order_by(col(GroupTask.look_at))
        .limit(AT_ONCE)
    )
    patience = timedelta(minutes=minutes)
    rows = await session.execute(wanted)
    return [Due(task, bool(gone), not gone and _remind(task, patience, at)) for task, gone in rows]


def _fresh(at: datetime) -> tuple[sa.ColumnElement[bool], ...]:
    """Of a Batch: the platform took it, and nobody looks after it yet."""
    known = sa.exists().where(col(GroupTask.batch_id) == col(Batch.id))
    lately = col(Batch.settled_at) > at - KEPT
    return col(Batch.channel) == NAME, col(Batch.state) == State.sent, col(Batch.message_id) != "", lately, ~known


def _remind(task: GroupTask, patience: timedelta, at: datetime) -> bool:
    """Whoever must act and has not confirmed, each time that so much has passed; within the platform's number."""
    if not task.wake or task.confirmed_at is not None:
        return False
    last = task.reminded_at or task.made_at
    fresh = task.reminded_at is None or at - task.reminded_at >= timedelta(hours=REMINDER_HOURS)
    return at - last >= patience and (fresh or task.reminded < REMINDERS)


def later(task: GroupTask, at: datetime, wait: float = 0.0) -> None:
    """Its next turn: soon while it is new, then slower; not before the platform wants to be asked again."""
    task.looks += 1
    step = min(FIRST * 2 ** min(task.looks // 4, 5), SLOWEST)
    task.look_at = at + max(step, timedelta(seconds=wait))


def reminded(task: GroupTask, at: datetime, *, enough: bool = False) -> None:
    """The platform took a reminder, or says that there were `enough` of them today."""
    since = task.reminded_at
    if since is None or at - since >= timedelta(hours=REMINDER_HOURS):
        task.reminded = 0
    task.reminded = REMINDERS if enough else task.reminded + 1
    task.reminded_at = at


async def hurry(session: AsyncSession, mine: sa.Select[str], at: datetime) -> None:
    """These sendings are over, replaced or recalled: their tasks are looked at now, not when their turn comes."""
    open_ = (col(GroupTask.broadcast_id).in_(mine), col(GroupTask.closed_at).is_(None), col(GroupTask.look_at) > at)
    await session.execute(sa.update(GroupTask).where(*open_).values(look_at=at))


async def close(session: AsyncSession, task: GroupTask, ending: Ending, at: datetime) -> None:
    task.closed_at, task.ending = at, ending
    session.add(task)
    record(session, BY, f"group_task.{ending}", task.broadcast_id, at, task=task.id, batch=task.batch_id)
