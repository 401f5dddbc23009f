"""What returns by the calendar (Reminder), each of its moments as a row (Occurrence), never a timer; and of a test of
reachability who was asked and what came of it (Sounding, Asked)."""

from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlmodel import Field

from bot.db.base import Table
from bot.db.types import UtcDateTime, words


class Topic(StrEnum):
    theme = "theme"  # 5·12, 10·13, 安全生产月 …
    meeting = "meeting"
    contacts = "contacts"  # the contact list is renewed
    reachability = "reachability"  # who has said nothing for thirty days is asked for a 1
    training = "training"
    other = "other"


class Moment(StrEnum):
    """What became of one moment."""

    due = "due"
    sent = "sent"
    nobody = "nobody"  # the audience was empty
    missed = "missed"  # it was too late to send it when it was found
    ended = "ended"  # the reminder ended first
    failed = "failed"  # it could not be sent, however often it was tried


TRANSITIONS = {
    Moment.due: {Moment.sent, Moment.nobody, Moment.missed, Moment.ended, Moment.failed},
    Moment.sent: set[Moment](),
    Moment.nobody: set[Moment](),
    Moment.missed: set[Moment](),
    Moment.ended: set[Moment](),
    Moment.failed: set[Moment](),
}


class Reminder(Table, table=True):
    """`rule` is an RFC 5545 RRULE in local time from `starts_at` on, empty for once. Its audience: people of these
    roles and groups of these kinds (by comma) in and below the area. `must_act`: quiet hours do not hold it back."""

    id: int = Field(default=None, primary_key=True)
    uid: str = Field(max_length=36, unique=True)
    name: str = Field(max_length=64)
    topic: Topic = Field(sa_type=words(Topic, 16))
    starts_at: datetime = Field(sa_type=UtcDateTime)
    rule: str = Field(default="", max_length=255)
    roles: str = Field(default="", max_length=160)
    kinds: str = Field(default="", max_length=96)
    area_id: int | None = Field(default=None, foreign_key="area.id")
    text: str = Field(sa_type=sa.Text)
    must_act: bool = False
    answer_hours: int = 24  # of a test of reachability: who is silent for so long is listed
    owner: str = Field(max_length=64)  # user:NAME, who is asked when one was missed
    basis: str = Field(default="", max_length=128)
    made_at: datetime = Field(sa_type=UtcDateTime)
    ended_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class Occurrence(Table, table=True):
    __tablename__ = "reminder_occurrence"
    __table_args__ = (
        sa.UniqueConstraint("reminder_id", "planned_at", name="uq_reminder_occurrence"),
        sa.Index(
            "ix_reminder_occurrence_due",
            "due_at",
            sqlite_where=sa.text("state = 'due'"),
            postgresql_where=sa.text("state = 'due'"),
        ),
    )
    id: int = Field(default=None, primary_key=True)
    reminder_id: int = Field(foreign_key="reminder.id")
    planned_at: datetime = Field(sa_type=UtcDateTime)  # what the rule says
    due_at: datetime = Field(sa_type=UtcDateTime)  # the same, the morning after quiet hours, or the next try
    state: Moment = Field(default=Moment.due, sa_type=words(Moment, 8))
    broadcast_id: str = Field(default="", max_length=36)
    done_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    attempts: int = 0  # that failed
    reason: str = Field(default="", max_length=64)  # of the last one: the error's name


class Sounding(Table, table=True):
    """One test of reachability: of `people` in its audience, `heard` had spoken within thirty days; the rest was
    asked. It is closed after the hours in which they may answer."""

    __tablename__ = "reminder_sounding"
    id: int = Field(default=None, primary_key=True)
    uid: str = Field(max_length=36, unique=True)
    reminder_id: int = Field(foreign_key="reminder.id", index=True)
    people: int
    heard: int
    asked_at: datetime = Field(sa_type=UtcDateTime)
    deadline: datetime = Field(sa_type=UtcDateTime, index=True)
    closed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class Asked(Table, table=True):
    """Somebody who was asked for a 1, once a test. Without an answer by the deadline she counts as unreachable, until
    she is heard after all."""

    __tablename__ = "reminder_asked"
    __table_args__ = (sa.Index("ix_reminder_asked_person", "person_id", "answered_at"),)
    sounding_id: int = Field(foreign_key="reminder_sounding.id", primary_key=True)
    person_id: int = Field(foreign_key="person.id", primary_key=True)
    answered_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
