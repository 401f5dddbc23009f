"""Who is on duty where and when (Post, Shift), by which pattern (ShiftPattern, DutyDay, DutyRole, DutyRule), who takes
whose shift (Swap), what is handed over (Handover), who telephoned (PhoneLog), and who was asked whether he is there
(Check)."""

from datetime import date, datetime, time
from enum import StrEnum

import sqlalchemy as sa
from sqlmodel import Field

from bot.db.base import Table
from bot.db.types import UtcDateTime, words


class Post(Table, table=True):
    """A duty room: 县值班室, 镇值班室. It answers for its area and all below that has no room of its own."""

    __tablename__ = "duty_post"
    __table_args__ = (sa.UniqueConstraint("area_id", "name", name="uq_duty_post_name"),)
    id: int = Field(default=None, primary_key=True)
    uid: str = Field(max_length=36, unique=True)
    area_id: int = Field(foreign_key="area.id", index=True)
    name: str = Field(max_length=64)
    phone: str = Field(default="", max_length=32)  # its own; where it has none, its area's
    ended_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class Shift(Table, table=True):
    """One person at one post from `starts_at` to `ends_at`, that moment not included. `cannot_at`: she said that she
    cannot come. A shift that was taken away keeps its row."""

    __tablename__ = "duty_shift"
    __table_args__ = (
        sa.Index("ix_duty_shift_post", "post_id", "starts_at"),
        sa.Index("ix_duty_shift_person", "person_id", "starts_at"),
        sa.Index("ix_duty_shift_ends", "ends_at"),
        sa.Index("ix_duty_shift_remind", "remind_at"),
    )
    id: int = Field(default=None, primary_key=True)
    uid: str = Field(max_length=36, unique=True)
    post_id: int = Field(foreign_key="duty_post.id")
    role: str = Field(max_length=16)  # a DutyRole's name
    person_id: int = Field(foreign_key="person.id")
    starts_at: datetime = Field(sa_type=UtcDateTime)
    ends_at: datetime = Field(sa_type=UtcDateTime)
    source: str = Field(max_length=64)  # import:FILE, pattern, or hand
    made_by: str = Field(max_length=64)
    made_at: datetime = Field(sa_type=UtcDateTime)
    remind_at: datetime = Field(sa_type=UtcDateTime)
    reminded_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    confirmed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    confirmed_by: str = Field(default="", max_length=64)
    cannot_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    told_at: datetime | None = Field(default=None, sa_type=UtcDateTime)  # the leader was told that it is unconfirmed
    removed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class ShiftPattern(Table, table=True):
    """A shift that a post has on each day of a kind (工作日, 休息日). The county's own rows replace the shipped ones.
    An end that is not later than the start means the next day."""

    __tablename__ = "shift_pattern"
    id: int = Field(default=None, primary_key=True)
    name: str = Field(max_length=32)
    day: str = Field(max_length=8)  # work or off
    starts: time
    ends: time
    roles: str = Field(max_length=64)  # by comma: one of each is wanted
    basis: str = Field(max_length=128)
    valid_from: date | None = None
    valid_to: date | None = None  # its last day; the row stays


class DutyDay(Table, table=True):
    """A day that the State Council's notice made off, or a weekend day that is worked. A year that has one row here is
    taken from here alone."""

    __tablename__ = "duty_day"
    day: date = Field(primary_key=True)
    kind: str = Field(max_length=8)  # work or off
    name: str = Field(max_length=32)
    source: str = Field(max_length=128)


class DutyRole(Table, table=True):
    """What somebody on a shift is. `leads`: he is told what the others leave undone."""

    __tablename__ = "duty_role"
    id: int = Field(default=None, primary_key=True)
    name: str = Field(max_length=16)
    leads: bool = False
    basis: str = Field(max_length=128)
    valid_from: date | None = None
    valid_to: date | None = None


class DutyRule(Table, table=True):
    """A number that the county may set; the shipped ones stand in drills/duty/data/rules.csv."""

    __tablename__ = "duty_rule"
    id: int = Field(default=None, primary_key=True)
    name: str = Field(max_length=32)
    value: int
    basis: str = Field(max_length=128)
    valid_from: date | None = None
    valid_to: date | None = None


class Swapping(StrEnum):
    """Where a change of shifts stands."""

    open = "open"  # nobody is named: whoever takes it first
    asked = "asked"  # somebody is named and has not said
    accepted = "accepted"  # he has said yes; the leader has not
    approved = "approved"
    declined = "declined"  # by whom was asked
    refused = "refused"  # by the leader
    ended = "ended"  # withdrawn, or the shift began first, or changed


TRANSITIONS = {
    Swapping.open: {Swapping.accepted, Swapping.ended},
    Swapping.asked: {Swapping.accepted, Swapping.declined, Swapping.ended},
    Swapping.accepted: {Swapping.approved, Swapping.refused, Swapping.ended},
    Swapping.approved: set[Swapping](),
    Swapping.declined: set[Swapping](),
    Swapping.refused: set[Swapping](),
    Swapping.ended: set[Swapping](),
}
PENDING = frozenset({Swapping.open, Swapping.asked, Swapping.accepted})


class Swap(Table, table=True):
    """换班、顶班: a shift that shall go to somebody else, and with `back_id` his own in return. The shifts themselves
    change when the leader approves."""

    __tablename__ = "duty_swap"
    __table_args__ = (sa.Index("ix_duty_swap_state", "state", "asked_at"),)
    id: int = Field(default=None, primary_key=True)
    uid: str = Field(max_length=36, unique=True)
    shift_id: int = Field(foreign_key="duty_shift.id", index=True)
    back_id: int | None = Field(default=None, foreign_key="duty_shift.id")
    taker_id: int | None = Field(default=None, foreign_key="person.id", index=True)
    state: Swapping = Field(sa_type=words(Swapping, 8))
    asked_by: str = Field(max_length=64)
    asked_at: datetime = Field(sa_type=UtcDateTime)
    accepted_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    done_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    done_by: str = Field(default="", max_length=64)


class Handover(Table, table=True):
    """At one post at one moment: what the machine knows to be open. Rewritten until it is confirmed."""

    __tablename__ = "duty_handover"
    __table_args__ = (sa.UniqueConstraint("post_id", "due_at", name="uq_duty_handover_moment"),)
    id: int = Field(default=None, primary_key=True)
    uid: str = Field(max_length=36, unique=True)
    post_id: int = Field(foreign_key="duty_post.id")
    due_at: datetime = Field(sa_type=UtcDateTime, index=True)
    outgoing: str = Field(default="", max_length=96)  # ids of people, by comma
    incoming: str = Field(default="", max_length=96)
    text: str = Field(sa_type=sa.Text)
    note: str = Field(default="", max_length=255)  # what the outgoing adds by hand
    written_at: datetime = Field(sa_type=UtcDateTime)
    sent_at: datetime | None = Field(default=None, sa_type=UtcDateTime)  # read out to who comes
    told_at: datetime | None = Field(default=None, sa_type=UtcDateTime)  # the leader was told that nobody took over
    confirmed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    confirmed_by: str = Field(default="", max_length=64)


class PhoneLog(Table, table=True):
    """来电记录. The caller (unit, name, telephone) lies sealed, as JSON."""

    __tablename__ = "phone_log"
    id: int = Field(default=None, primary_key=True)
    uid: str = Field(max_length=36, unique=True)
    key: str = Field(max_length=64, unique=True)  # the form's own: a second press has no second effect
    area_id: int = Field(foreign_key="area.id", index=True)  # whose desk took it
    at: datetime = Field(sa_type=UtcDateTime, index=True)
    place: str = Field(default="", max_length=128)
    caller: bytes | None = Field(default=None, sa_type=sa.LargeBinary)
    said: str = Field(sa_type=sa.Text)
    told: str = Field(default="", max_length=255)  # whom the caller had already told, and when
    made_by: str = Field(max_length=64)
    made_at: datetime = Field(sa_type=UtcDateTime)


class Check(Table, table=True):
    """抽查: somebody on duty was asked whether she is there."""

    __tablename__ = "duty_check"
    __table_args__ = (sa.Index("ix_duty_check_person", "person_id", "asked_at"),)
    id: int = Field(default=None, primary_key=True)
    uid: str = Field(max_length=36, unique=True)
    shift_id: int = Field(foreign_key="duty_shift.id")
    person_id: int = Field(foreign_key="person.id")
    asked_by: str = Field(max_length=64)
    asked_at: datetime = Field(sa_type=UtcDateTime)
    deadline: datetime = Field(sa_type=UtcDateTime, index=True)
    answered_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    told_at: datetime | None = Field(default=None, sa_type=UtcDateTime)  # the leader was told: 离岗
