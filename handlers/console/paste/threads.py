"""The alerts in force that a pasted update or all-clear may refer to."""

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from broadcasts.alerts.models import RELAYED, Alert, Status
from handlers.console.scope import Scope


async def may_refer(session: AsyncSession, mine: Scope, at: datetime) -> list[Alert]:
    """What went out and is not over, newest first; for a caller of one area, what hit nothing outside it."""
    wanted = (
        select(Alert)
        .where(
            col(Alert.status) == Status.issued,
            col(Alert.kind).in_(RELAYED),
            col(Alert.msg_type) != "Cancel",
            sa.or_(col(Alert.expires).is_(None), col(Alert.expires) > at),
        )
        .order_by(col(Alert.sent).desc(), col(Alert.id).desc())
    )
    alerts = (await session.execute(wanted)).scalars().all()
    return [alert for alert in alerts if mine.decides(alert)]


def best(alerts: Sequence[Alert], event_code: str | None) -> Alert | None:
    """The newest of the same hazard; of any where only one is in force."""
    same = next((alert for alert in alerts if event_code and alert.event_code == event_code), None)
    return same or (alerts[0] if len(alerts) == 1 and not event_code else None)
