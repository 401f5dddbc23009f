"""After the clock was ahead for a while and was set right: alerts that it alone had ended are in force again, and what
waited for a person about them waits again. What was replaced, cleared or refused meanwhile is left as it is."""

from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from bot.ids import earliest
from bot.record.entries import record
from broadcasts.alerts.models import Alert, Kind, Status
from broadcasts.dispatch.models import Broadcast
from broadcasts.dispatch.set_back import AHEAD
from broadcasts.release.models import Hold
from broadcasts.release.rings import ONCE
from broadcasts.release.verdict import Reason

BY = "system"
LONGEST = timedelta(days=30)  # for so long no alert is in force
TOLD = (Reason.knock, Reason.evacuation)  # whoever was sent has heard meanwhile that nobody need go


async def anything_ended(session: AsyncSession, at: datetime) -> bool:
    return (await session.execute(sa.select(col(Alert.id)).where(*_ended(at)).limit(1))).first() is not None


async def set_back(session: AsyncSession, at: datetime) -> list[int]:
    """Which alerts are in force again. A drill is not: its course has gone on."""
    wanted = select(Alert).where(*_ended(at)).order_by(col(Alert.id)).with_for_update()
    back = (await session.execute(wanted)).scalars().all()
    ids = [alert.id for alert in back]
    out = await session.execute(
        sa.select(col(Broadcast.alert_id)).where(col(Broadcast.alert_id).in_(ids), col(Broadcast.subject) == "")
    )
    sent = {*out.scalars()}
    for alert in back:
        alert.status, alert.ended_at = (Status.issued if alert.id in sent else Status.held), None
        session.add(alert)
        record(session, BY, "alert.in_force_again", alert.uid, at, status=alert.status.value)
    await _wait_again(session, ids, at)
    return ids


def _ended(at: datetime) -> tuple[sa.ColumnElement[bool], ...]:
    """By the clock alone, which is past their end nowhere but in a time to come."""
    return (
        col(Alert.uid) > earliest(at - LONGEST),
        col(Alert.status) == Status.ended,
        col(Alert.ended_at) > at + AHEAD,
        col(Alert.expires) > at,
        col(Alert.replaced_by).is_(None),
        col(Alert.note) == "",
        col(Alert.kind) != Kind.drill,
    )


async def _wait_again(session: AsyncSession, alerts: list[int], at: datetime) -> None:
    closed = (col(Hold.alert_id).in_(alerts), col(Hold.closed_at) > at + AHEAD, col(Hold.closed_by) == BY)
    wanted = select(Hold).where(*closed, col(Hold.decision) == "expired", col(Hold.reason).not_in(TOLD))
    for hold in (await session.execute(wanted.order_by(col(Hold.id)))).scalars():
        hold.closed_at, hold.closed_by, hold.decision = None, "", ""
        hold.ring_at = None if hold.rings and hold.reason in ONCE else at
        session.add(hold)
        record(session, BY, "hold.opened", hold.uid, at, reason=hold.reason, about=hold.about)
