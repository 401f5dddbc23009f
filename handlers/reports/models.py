"""What the villages tell: a report with its versions, what has to follow by when, what several are about, and names."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlmodel import Field

from bot.db.base import Table
from bot.db.types import UtcDateTime, words
from broadcasts.dispatch.states import Road


class Stage(StrEnum):
    first = "first"  # 初报
    follow = "follow"  # 续报
    final = "final"  # 核报
    zero = "zero"  # 零报告: nothing happened, and that is said


class Kind(StrEnum):
    disaster = "disaster"  # 灾情: something was lost
    danger = "danger"  # 险情: something may be
    accident = "accident"  # 事故


class State(StrEnum):
    draft = "draft"  # begun on a form, and not sent
    filed = "filed"  # counted from here; waits for an officer
    confirmed = "confirmed"
    returned = "returned"  # with a comment; waits for the reporter


class Incident(Table, table=True):
    """What several reports are about. Its totals are computed."""

    id: int = Field(default=None, primary_key=True)
    uid: str = Field(max_length=36, unique=True)
    name: str = Field(max_length=64)
    area_id: int | None = Field(default=None, foreign_key="area.id", index=True)
    hazard: str = Field(default="", max_length=8)
    by: str = Field(max_length=64)
    opened_at: datetime = Field(sa_type=UtcDateTime, index=True)
    closed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class Report(Table, table=True):
    """One report as it stands. Reports of one event share `thread`, the uid of its 初报."""

    __table_args__ = (sa.Index("ix_report_thread", "thread", "id"), sa.Index("ix_report_listed", "state", "id"))
    id: int = Field(default=None, primary_key=True)
    uid: str = Field(max_length=36, unique=True)
    number: str = Field(max_length=16, unique=True)  # QY0711-003, what people quote
    thread: str = Field(max_length=36)
    stage: Stage = Field(sa_type=words(Stage, 8))
    kind: Kind = Field(sa_type=words(Kind, 12))
    state: State = Field(sa_type=words(State, 12))
    road: Road = Field(default=Road.live, sa_type=words(Road, 8))
    source: str = Field(max_length=12)  # chat, h5, console or api
    by: str = Field(max_length=64)
    person_id: int | None = Field(default=None, foreign_key="person.id", index=True)
    follower_id: int | None = Field(default=None, foreign_key="follower.id", index=True)
    conversation_id: int | None = Field(default=None, foreign_key="conversation.id", index=True)
    area_id: int = Field(foreign_key="area.id", index=True)
    group: str = Field(default="", max_length=24)  # 三组: it has no code
    hazard: str = Field(default="", max_length=8)  # national event code; empty: not said
    happened_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    words: str = Field(default="", sa_type=sa.Text)  # verbatim, sentence by sentence
    values: dict[str, Any] = Field(default_factory=dict, sa_type=sa.JSON)  # {name: {value, unit, words}}
    asks: list[str] = Field(default_factory=list, sa_type=sa.JSON)  # what was doubtful when it was read
    place: str = Field(default="", max_length=120)
    lon: float | None = None
    lat: float | None = None
    draft: dict[str, Any] | None = Field(default=None, sa_type=sa.JSON)  # the form's fields as typed, not yet sent
    comment: str = Field(default="", max_length=255)  # the officer's, or why a figure fell
    note: str = Field(default="", max_length=255)  # for the officer alone: what is strange about it
    incident_id: int | None = Field(default=None, foreign_key="incident.id", index=True)
    version: int = 1
    first_at: datetime = Field(sa_type=UtcDateTime)  # the first word
    filed_at: datetime | None = Field(default=None, sa_type=UtcDateTime, index=True)
    decided_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    decided_by: str = Field(default="", max_length=64)
    key: str | None = Field(default=None, max_length=80, unique=True)  # what a second press or call has in common


class ReportVersion(Table, table=True):
    """How a report stood after each change. Never changed itself."""

    __tablename__ = "report_version"
    __table_args__ = (sa.UniqueConstraint("report_id", "number", name="uq_report_version_number"),)
    id: int = Field(default=None, primary_key=True)
    report_id: int = Field(foreign_key="report.id", index=True)
    number: int
    state: State = Field(sa_type=words(State, 12))
    by: str = Field(max_length=64)
    at: datetime = Field(sa_type=UtcDateTime)
    words: str = Field(default="", sa_type=sa.Text)
    values: dict[str, Any] = Field(default_factory=dict, sa_type=sa.JSON)
    comment: str = Field(default="", max_length=255)


class ReportWord(Table, table=True):
    """Which inbound words (sentences, pictures, places) a report is made of."""

    __tablename__ = "report_word"
    report_id: int = Field(primary_key=True, foreign_key="report.id")
    inbound_id: int = Field(primary_key=True, foreign_key="inbound.id", index=True)


class ReportNumber(Table, table=True):
    """The last number given out under a prefix."""

    __tablename__ = "report_number"
    prefix: str = Field(primary_key=True, max_length=12)
    last: int = 0


class Clock(StrEnum):
    """How a deadline is counted."""

    minutes = "minutes"  # after the event, or after the first word where its time is not known
    daily = "daily"  # at a time of the next day, until the final report
    workdays = "workdays"  # after the officer says that it is stable


class ReportDeadline(Table, table=True):
    """By when something has to be reported. Every row names its paper; a county ends and replaces it."""

    __tablename__ = "report_deadline"
    id: int = Field(default=None, primary_key=True)
    stage: Stage = Field(sa_type=words(Stage, 8))
    kind: str = Field(default="", max_length=12)  # empty: any
    level: str = Field(max_length=8)  # whose it is: 镇 or 县
    clock: Clock = Field(sa_type=words(Clock, 12))
    amount: int = 0  # minutes, or working days
    at_time: str = Field(default="", max_length=5)  # 09:00
    what: str = Field(max_length=64)
    basis: str = Field(max_length=128)
    source: str = Field(default="", max_length=255)
    active: bool = True
    valid_from: date | None = None
    valid_to: date | None = None


class ReportDue(Table, table=True):
    """One thing that has to follow on a thread. A row, not a timer."""

    __tablename__ = "report_due"
    __table_args__ = (
        sa.Index(
            "ix_report_due_open",
            "due_at",
            sqlite_where=sa.text("done_at IS NULL"),
            postgresql_where=sa.text("done_at IS NULL"),
        ),
    )
    id: int = Field(default=None, primary_key=True)
    thread: str = Field(max_length=36, index=True)
    report_id: int = Field(foreign_key="report.id", index=True)
    rule_id: int = Field(foreign_key="report_deadline.id")
    stage: Stage = Field(sa_type=words(Stage, 8))
    due_at: datetime = Field(sa_type=UtcDateTime)
    done_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    reason: str = Field(default="", max_length=24)  # why it is over, where nobody did it: final, joined


class ReportDaily(Table, table=True):
    """What a town with something going on owes on one day: to say how it stands, or that nothing is new."""

    __tablename__ = "report_daily"
    __table_args__ = (sa.UniqueConstraint("area_id", "day", name="uq_report_daily_day"),)
    id: int = Field(default=None, primary_key=True)
    area_id: int = Field(foreign_key="area.id")
    day: date = Field(index=True)
    rule_id: int = Field(foreign_key="report_deadline.id")
    due_at: datetime = Field(sa_type=UtcDateTime)
    made_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    report_id: int | None = Field(default=None, foreign_key="report.id")  # by which it was made


class ReportLimit(Table, table=True):
    """A number by which reports are judged, with its paper. The newest active row of a name counts."""

    __tablename__ = "report_limit"
    id: int = Field(default=None, primary_key=True)
    name: str = Field(max_length=24)
    amount: float
    unit: str = Field(max_length=8)
    what: str = Field(max_length=64)
    basis: str = Field(max_length=128)
    source: str = Field(default="", max_length=255)
    active: bool = True


class LedgerRow(Table, table=True):
    """One dead or missing person, or one damaged home. What names somebody is sealed; a row is struck, never deleted:
    the paper that asks for it outlives what a resident may have forgotten."""

    __tablename__ = "report_ledger"
    id: int = Field(default=None, primary_key=True)
    uid: str = Field(max_length=36, unique=True)
    ledger: str = Field(max_length=8)  # lives or houses
    thread: str = Field(max_length=36, index=True)
    area_id: int = Field(foreign_key="area.id", index=True)
    outcome: str = Field(max_length=12)  # dead, missing, fallen, heavy, slight
    sealed: bytes = Field(sa_type=sa.LargeBinary)
    by: str = Field(max_length=64)
    at: datetime = Field(sa_type=UtcDateTime)
    struck_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    struck_by: str = Field(default="", max_length=64)
    why: str = Field(default="", max_length=255)
