"""The rung at which the duty desk telephones: one thing that waits for a person, as long as somebody is silent."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from broadcasts.alerts.models import Alert
from broadcasts.answers.counted import silent_count
from broadcasts.dispatch.models import Broadcast
from broadcasts.dispatch.texts.render import render
from broadcasts.release.holds import close, open_hold
from broadcasts.release.models import Hold
from broadcasts.release.verdict import Reason

BY = "system"
ANSWERED = "answered"
# Built once: every answer asks it.
RUNG_LAST = (
    select(Hold)
    .where(col(Hold.about) == sa.bindparam("about"), col(Hold.reason) == Reason.silent)
    .order_by(col(Hold.id).desc())
    .limit(1)
)


def about(broadcast_id: str) -> str:
    return f"broadcast:{broadcast_id}"


async def call_the_desk(session: AsyncSession, broadcast_id: str, alert: Alert, silent: int, at: datetime) -> Hold:
    """Ring the duty officers for the call sheet."""
    said = render("silent.txt", silent=silent, what=f"{alert.grade.zh if alert.grade else ''}{alert.event}")
    return await open_hold(
        session, Reason.silent, about=about(broadcast_id), said=said, by=BY, at=at, alert_id=alert.id
    )


async def refresh(session: AsyncSession, broadcast_id: str, at: datetime) -> None:
    """After an answer: the desk is told how many are left, and let alone when nobody is. After an answer was taken
    back: it is called again, unless an officer has taken it on."""
    last = (await session.execute(RUNG_LAST, {"about": about(broadcast_id)})).scalar_one_or_none()
    if last is None or (last.closed_at is not None and last.decision != ANSWERED):
        return
    left = await silent_count(session, broadcast_id)
    if not left and last.closed_at is None:
        await close(session, last, ANSWERED, by=BY, at=at)
    elif left:
        broadcast = await session.get(Broadcast, broadcast_id)
        alert = await session.get(Alert, broadcast.alert_id) if broadcast and broadcast.alert_id else None
        if alert is not None:
            await call_the_desk(session, broadcast_id, alert, left, at)
