"""What an alert leaves behind when it is over or replaced: what nobody forwarded or read out yet, what nobody
confirmed, and cards with open buttons."""

from collections.abc import Collection
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from broadcasts.customers.tasks import hurry
from broadcasts.dispatch.byhand import tasks
from broadcasts.dispatch.models import Broadcast
from broadcasts.dispatch.texts.cards import close_cards


async def close_leftovers(
    session: AsyncSession, alerts: Collection[int], *, at: datetime, cleared: bool | None = None
) -> None:
    """`cleared`: by an all-clear, or by something newer; None where its end has come."""
    if not alerts:
        return
    word = {None: "closed_over", True: "closed_cleared", False: "closed_updated"}[cleared]
    reason = {None: "expired", True: "cancelled", False: "superseded"}[cleared]
    await tasks.drop(session, alerts, reason=reason, at=at)
    await hurry(session, sa.select(col(Broadcast.id)).where(col(Broadcast.alert_id).in_(alerts)), at)
    await close_cards(session, alerts, word, at=at)
