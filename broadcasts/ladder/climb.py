"""Putting up the ladder: when an alert wakes people, its rungs are written as rows, each with its moment."""

from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import select

from bot.config import Settings
from broadcasts.alerts.models import Alert
from broadcasts.answers.counted import silent_count
from broadcasts.dispatch.models import Broadcast
from broadcasts.ladder.models import LadderRule, Rung, Whom
from broadcasts.ladder.rules import steps


async def climb(session: AsyncSession, settings: Settings, broadcast: Broadcast, alert: Alert, at: datetime) -> int:
    """Write the rungs of a broadcast that asks somebody to answer. How many. A drill tells the silent again, but rings
    no desk: its page names them, and whoever leads it looks there."""
    if not await silent_count(session, broadcast.id):
        return 0
    rules = (await session.execute(select(LadderRule))).scalars().all()
    found = steps(rules, alert.event_code, alert.grade, at.astimezone(settings.zone).date())
    rows = [rule for rule in found if rule.whom is Whom.silent or not broadcast.drill]
    session.add_all(
        Rung(
            broadcast_id=broadcast.id,
            number=rule.number,
            whom=rule.whom,
            due_at=at + timedelta(seconds=rule.after_seconds),
        )
        for rule in rows
    )
    return len(rows)
