"""Release rules, what is held, what could not be read, and the rings that call a person to it."""

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Field

from bot.db.base import Table
from bot.db.types import UtcDateTime


class ReleaseRule(Table, table=True):
    """A county's own row: alerts that match it are held. Empty means any. Validity includes both days."""

    __tablename__ = "release_rule"
    id: int = Field(default=None, primary_key=True)
    hazard: str = Field(default="", max_length=8)  # a code or its beginning
    grade: str = Field(default="", max_length=8)
    sender: str = Field(default="", max_length=128)
    stale_minutes: int | None = None  # overrides the default age past which a text is held
    hold: bool = True
    basis: str = Field(max_length=128)
    valid_from: date | None = None
    valid_to: date | None = None


class Hold(Table, table=True):
    """Something that waits for a person: an alert, or a text that could not be read. It rings until it is closed."""

    id: int = Field(default=None, primary_key=True)
    uid: str = Field(max_length=36, unique=True)
    alert_id: int | None = Field(default=None, foreign_key="alert.id", index=True)
    unread_id: int | None = Field(default=None, foreign_key="unread.id", index=True)
    feed_id: int | None = Field(default=None, foreign_key="feed.id", index=True)
    area_id: int | None = Field(default=None, foreign_key="area.id")  # where it is: that place's desk is rung too
    about: str = Field(default="", max_length=64, index=True)  # what else: inbound:ID, broadcast:ID, binding:UID
    said: str = Field(default="", max_length=255)  # one line that a ring shows
    reason: str = Field(max_length=24)
    opened_at: datetime = Field(sa_type=UtcDateTime)
    rings: int = 0
    ring_at: datetime | None = Field(default=None, sa_type=UtcDateTime, index=True)  # None: rings no more
    closed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    closed_by: str = Field(default="", max_length=64)
    decision: str = Field(default="", max_length=16)
    word: str = Field(default="", max_length=255)


class Unread(Table, table=True):
    """未能读取: the bytes that no reader could read, with where and why."""

    id: int = Field(default=None, primary_key=True)
    uid: str = Field(max_length=36, unique=True)
    origin: str = Field(max_length=64, index=True)
    raw: bytes = Field(sa_type=sa.LargeBinary)
    sha256: str = Field(max_length=64)
    errors: list[dict[str, Any]] = Field(sa_type=sa.JSON)
    received_at: datetime = Field(sa_type=UtcDateTime)
