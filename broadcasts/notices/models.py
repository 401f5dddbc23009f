"""What the county itself says before it is said: a notice with all its versions, and which body may issue what."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlmodel import Field

from bot.db.base import Table
from bot.db.types import UtcDateTime, words
from broadcasts.alerts.models import Kind


class State(StrEnum):
    draft = "draft"
    submitted = "submitted"  # waits for an approver
    returned = "returned"  # with a word
    approved = "approved"
    issued = "issued"
    withdrawn = "withdrawn"


class Notice(Table, table=True):
    """`kind` is notice or local and never changes. `refers` is the uid of the alert that it updates or ends; `key` is
    another system's name for it, by which a repeat is known. `ring_at`: when an approver is told again."""

    id: int = Field(default=None, primary_key=True)
    uid: str = Field(max_length=36, unique=True)
    key: str | None = Field(default=None, max_length=64, unique=True)
    kind: Kind = Field(sa_type=words(Kind))
    msg_type: str = Field(default="Alert", max_length=8)
    refers: str = Field(default="", max_length=36)
    state: State = Field(default=State.draft, sa_type=words(State, 12), index=True)
    version: int = 1
    author: str = Field(max_length=80)
    word: str = Field(default="", max_length=255)  # why it was returned or withdrawn
    asked: str = Field(default="", max_length=64)  # the approver who was asked by name
    approver: str = Field(default="", max_length=80)  # an actor
    approved_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    alone: bool = False  # the green channel: sent by one person, who may be stopped
    alert_id: int | None = Field(default=None, foreign_key="alert.id", index=True)
    created_at: datetime = Field(sa_type=UtcDateTime)
    changed_at: datetime = Field(sa_type=UtcDateTime)
    rings: int = 0
    ring_at: datetime | None = Field(default=None, sa_type=UtcDateTime, index=True)


class NoticeVersion(Table, table=True):
    """What it said at one time; never changed."""

    __tablename__ = "notice_version"
    notice_id: int = Field(primary_key=True, foreign_key="notice.id")
    number: int = Field(primary_key=True)
    content: dict[str, Any] = Field(sa_type=sa.JSON)
    by: str = Field(max_length=80)
    at: datetime = Field(sa_type=UtcDateTime)


class IssuingRight(Table, table=True):
    """A body may issue this kind, of this hazard (a code or its beginning; empty: any) and no more severe than `grade`
    (empty: any), for the area of `area_code` (empty: the whole county). {county} in `body` stands for its name."""

    __tablename__ = "issuing_right"
    id: int = Field(default=None, primary_key=True)
    body: str = Field(max_length=64)
    kind: Kind = Field(sa_type=words(Kind))
    hazard: str = Field(default="", max_length=8)
    grade: str = Field(default="", max_length=8)
    area_code: str = Field(default="", max_length=32)
    basis: str = Field(max_length=128)
    valid_from: date | None = None
    valid_to: date | None = None
