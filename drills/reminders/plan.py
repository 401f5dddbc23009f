"""Making and ending reminders; the next moment of each stands as a row, and only that one."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from bot.config import Settings
from bot.errors import SignalTreeError
from bot.ids import uuid7
from bot.record.entries import record
from broadcasts.dispatch.texts.marks import linted
from drills.reminders.audience import everybody
from drills.reminders.models import Moment, Occurrence, Reminder, Topic
from drills.reminders.recurrence import checked, following, polite

ANSWER_HOURS = 24


class EmptyAudience(SignalTreeError):
    """现在没有一个人、一个群符合，发出去谁也收不到。请核对角色、群的类别和地方："""


async def add(
    session: AsyncSession,
    settings: Settings,
    *,
    name: str,
    topic: Topic,
    starts_at: datetime,
    rule: str,
    roles: str,
    kinds: str,
    area_id: int | None,
    text: str,
    must_act: bool,
    by: str,
    at: datetime,
    basis: str = "",
    answer_hours: int = ANSWER_HOURS,
) -> Reminder:
    """Raises DrillWords, NoSuchRule, NeverComes, TooOften and EmptyAudience before anything is written."""
    text = linted(text, drill=False)
    first = checked(rule, starts_at, settings.zone, at)
    if not await everybody(session, roles, kinds, area_id):
        raise EmptyAudience("、".join(filter(None, [roles, kinds])))
    made = Reminder(
        uid=uuid7(at),
        name=name,
        topic=topic,
        starts_at=starts_at,
        rule=rule,
        roles=roles,
        kinds=kinds,
        area_id=area_id,
        text=text,
        must_act=must_act,
        answer_hours=answer_hours,
        owner=by,
        basis=basis,
        made_at=at,
    )
    session.add(made)
    await session.flush()
    session.add(_row(made, first, settings))
    record(session, by, "reminder.made", made.uid, at, topic=topic.value)
    return made


async def end(session: AsyncSession, reminder: Reminder, *, by: str, at: datetime) -> bool:
    """No more of it, from now on. False where it had ended."""
    if reminder.ended_at is not None:
        return False
    reminder.ended_at = at
    session.add(reminder)
    await session.execute(
        sa.update(Occurrence)
        .where(col(Occurrence.reminder_id) == reminder.id, col(Occurrence.state) == Moment.due)
        .values(state=Moment.ended, done_at=at)
    )
    record(session, by, "reminder.ended", reminder.uid, at)
    return True


def next_row(reminder: Reminder, after: datetime, settings: Settings) -> Occurrence | None:
    """The moment after this one; None where that was the last."""
    planned = following(reminder.rule, reminder.starts_at, settings.zone, after)
    return _row(reminder, planned, settings) if planned else None


def _row(reminder: Reminder, planned: datetime, settings: Settings) -> Occurrence:
    due = polite(planned, settings.zone, must_act=reminder.must_act)
    return Occurrence(reminder_id=reminder.id, planned_at=planned, due_at=due)
