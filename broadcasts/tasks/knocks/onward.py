"""An update sends nobody home: whoever is on the way goes on for the newer warning, where that asks the same person."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased
from sqlmodel import col, select

from bot.record.entries import record
from broadcasts.alerts.models import Alert
from broadcasts.answers.queries import asked_of, lives
from broadcasts.dispatch.models import Batch, Broadcast, Recall
from broadcasts.dispatch.states import State as Copy
from broadcasts.ladder.over import over_because
from broadcasts.tasks.knocks.models import WAITS, Knock, Tell
from broadcasts.tasks.knocks.overdue import ring_for_all
from broadcasts.tasks.knocks.states import OPEN, Why

BY, MOVED = "system", "knock.moved"


async def newest(session: AsyncSession, alert: Alert) -> Alert | None:
    """By what it was replaced in the end."""
    seen, last = {alert.uid}, alert
    while last.replaced_by and last.replaced_by not in seen:
        seen.add(last.replaced_by)
        after = (await session.execute(select(Alert).where(col(Alert.uid) == last.replaced_by))).scalar_one_or_none()
        if after is None:
            break
        last = after
    return last if last is not alert else None


async def move_on(session: AsyncSession, knock: Knock, alert: Alert | None, at: datetime) -> Alert | None:
    """The newer warning, for which the door is knocked at from now on; None where it is not, and the knock is over.
    An errand that the update has overtaken in the queue leaves once more."""
    if alert is None or over_because(alert, at) != Why.superseded:
        return None
    newer = await newest(session, alert)
    sent = await _sent(session, knock, newer, at) if newer is not None else None
    if newer is None or sent is None or not await _moved(session, knock, sent):
        return None
    before = knock.broadcast_id
    await session.refresh(knock)
    record(session, BY, MOVED, knock.uid, at, broadcast=knock.broadcast_id, before=before)
    if knock.told_id and not await _left_the_queue(session, knock.told_id):
        knock.tell = Tell.go
        session.add(knock)
    if knock.late_at is not None and not knock.drill:
        await ring_for_all(session, knock.broadcast_id, by=BY, at=at)
    return newer


async def _sent(session: AsyncSession, knock: Knock, newer: Alert, at: datetime) -> Broadcast | None:
    """The newer warning's own, where it asks the person whose door it is."""
    wanted = (
        select(Broadcast)
        .join(Alert, col(Alert.id) == col(Broadcast.alert_id))
        .where(
            col(Broadcast.alert_id) == newer.id,
            col(Broadcast.road) == knock.road,
            lives(at),
            asked_of(knock.person_id),
            ~sa.exists().where(col(Recall.broadcast_id) == col(Broadcast.id)),
        )
        .order_by(col(Broadcast.id).desc())
        .limit(1)
    )
    return (await session.execute(wanted)).scalars().first()


async def _moved(session: AsyncSession, knock: Knock, to: Broadcast) -> bool:
    """False where somebody was quicker, or is on the way there for the newer warning already."""
    other = aliased(Knock)
    there = sa.exists().where(
        col(other.broadcast_id) == to.id, col(other.person_id) == knock.person_id, col(other.state).in_(OPEN)
    )
    moved = await session.execute(
        sa.update(Knock)
        .where(col(Knock.id) == knock.id, col(Knock.broadcast_id) == knock.broadcast_id, WAITS, ~there)
        .values(broadcast_id=to.id, alert_id=to.alert_id)
        .returning(col(Knock.id))
        .execution_options(synchronize_session=False)
    )
    return moved.first() is not None


async def _left_the_queue(session: AsyncSession, told_id: str) -> bool:
    left = sa.select(col(Batch.id)).where(col(Batch.broadcast_id) == told_id, col(Batch.state) != Copy.skipped)
    return (await session.execute(left.limit(1))).first() is not None
