"""Putting up the ladder: when an alert wakes people, its rungs are written as rows, each with its moment."""

from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from bot.config import Settings
from broadcasts.alerts.models import Alert
from broadcasts.dispatch.models import Broadcast, Delivery
from broadcasts.ladder.models import LadderRule, Rung, Whom
from broadcasts.ladder.rules import steps
from broadcasts.ladder.voices.roads import open_calls


async def climb(session: AsyncSession, settings: Settings, broadcast: Broadcast, alert: Alert, at: datetime) -> int:
    """Write the rungs of a broadcast that asks somebody to answer. How many. A drill tells the silent again and sends
    its participants to their doors, but rings no desk: its page names them, and whoever leads it looks there."""
    asked = sa.select(col(Delivery.id)).where(col(Delivery.broadcast_id) == broadcast.id, col(Delivery.asked))
    if await session.scalar(asked.limit(1)) is None:  # nobody can have answered yet: one is enough
        return 0
    rules = (await session.execute(select(LadderRule))).scalars().all()
    about = (alert.event_code, alert.grade, at.astimezone(settings.zone).date())
    open_ = open_calls(settings, drill=broadcast.drill)
    found = steps([rule for rule in rules if not rule.channel or rule.channel in open_], *about)
    if not any(rule.whom is Whom.silent for rule in found):
        found = steps(rules, *about)  # nobody else tells them: what would be called goes by message
    rows = [rule for rule in found if rule.whom is not Whom.desk or not broadcast.drill]
    session.add_all(
        Rung(
            broadcast_id=broadcast.id,
            number=rule.number,
            whom=rule.whom,
            channel=rule.channel,
            within_seconds=rule.within_seconds,
            due_at=at + timedelta(seconds=rule.after_seconds),
        )
        for rule in rows
    )
    return len(rows)
