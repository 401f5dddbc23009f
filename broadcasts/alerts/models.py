"""Alert: one warning with its CAP fields; AlertSource: each form in which it reached us. Neither loses a row."""

from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlmodel import Field

from bot.db.base import Table
from bot.db.types import UtcDateTime, words
from broadcasts.hazards.grades import Grade


class Kind(StrEnum):
    """What we say has one of these kinds, frozen at birth (see docs/decisions)."""

    signal = "signal"  # relayed 气象预警信号: only weather stations issue it
    warning = "warning"  # relayed warning of another authority, which is named
    local = "local"  # 本级预警
    notice = "notice"  # 提示、通知、响应令
    drill = "drill"
    information = "information"


RELAYED = frozenset({Kind.signal, Kind.warning, Kind.information})  # others say it
OWN = frozenset({Kind.local, Kind.notice})  # we say it


class Status(StrEnum):
    """What became of an alert here."""

    held = "held"  # waits for a person
    issued = "issued"  # went out
    ended = "ended"  # replaced, cancelled or over
    stored = "stored"  # kept and shown, never planned


class Alert(Table, table=True):
    """`content` is the whole message as read (see intake.message), `expires` None where the message has no end that
    can be believed. An alert's thread is the id of its first alert."""

    id: int = Field(default=None, primary_key=True)
    uid: str = Field(max_length=36, unique=True)
    thread: str = Field(max_length=36, index=True)
    kind: Kind = Field(sa_type=words(Kind))
    status: Status = Field(sa_type=words(Status), index=True)
    msg_type: str = Field(max_length=8)
    identifier: str = Field(max_length=255, index=True)
    sender: str = Field(max_length=255)
    national: bool = False
    sender_name: str = Field(max_length=255)
    sent: datetime = Field(sa_type=UtcDateTime)
    expires: datetime | None = Field(default=None, sa_type=UtcDateTime)
    event: str = Field(max_length=64)
    event_code: str | None = Field(default=None, max_length=8)
    grade: Grade | None = Field(default=None, sa_type=words(Grade, 8))
    headline: str = Field(sa_type=sa.Text)
    content: dict[str, Any] = Field(sa_type=sa.JSON)
    note: str = Field(default="", max_length=255)  # why it is stored or held, a word of the officer
    typed_in: bool = False  # 人工录入: until a feed matches it or a second person has compared it
    received_at: datetime = Field(sa_type=UtcDateTime)
    ended_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    replaced_by: str | None = Field(default=None, max_length=36)


class AlertSource(Table, table=True):
    """The bytes as they came. Another source's form of a known alert is another row of this table."""

    __tablename__ = "alert_source"
    __table_args__ = (sa.UniqueConstraint("sender", "identifier", "form", "sha256"),)
    id: int = Field(default=None, primary_key=True)
    alert_id: int = Field(foreign_key="alert.id", index=True)
    sender: str = Field(max_length=255)
    identifier: str = Field(max_length=255)
    form: str = Field(max_length=16)
    origin: str = Field(max_length=64)  # token:…, user:…, feed:…, cli
    raw: bytes = Field(sa_type=sa.LargeBinary)
    sha256: str = Field(max_length=64)
    received_at: datetime = Field(sa_type=UtcDateTime)
