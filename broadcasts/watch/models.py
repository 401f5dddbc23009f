"""What the Watch has seen: Looked (each look's last result), Finding (what is wrong from when to when), and whom the
weekly test of ourselves goes to."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Field

from bot.db.base import Table
from bot.db.types import UtcDateTime, words
from broadcasts.watch.contract import Level


class Looked(Table, table=True):
    """The last look of a name: all was well, or these problems `[{kind, facts}]`."""

    __tablename__ = "watch_look"
    name: str = Field(primary_key=True, max_length=24)
    at: datetime = Field(sa_type=UtcDateTime)
    problems: list[dict[str, Any]] = Field(sa_type=sa.JSON)
    facts: dict[str, Any] = Field(sa_type=sa.JSON)
    good_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    first_at: datetime = Field(sa_type=UtcDateTime)


class Finding(Table, table=True):
    """Something that is not as it should be, told once when it begins and once when it ends. While it lasts there is
    one of a kind and subject."""

    __tablename__ = "watch_finding"
    __table_args__ = (
        sa.Index(
            "uq_watch_finding_open",
            "kind",
            "subject",
            unique=True,
            sqlite_where=sa.text("ended_at IS NULL"),
            postgresql_where=sa.text("ended_at IS NULL"),
        ),
    )
    id: int = Field(default=None, primary_key=True)
    look: str = Field(max_length=24)
    kind: str = Field(max_length=32)
    subject: str = Field(default="", max_length=64)
    level: Level = Field(sa_type=words(Level, 4))
    facts: dict[str, Any] = Field(sa_type=sa.JSON)
    elsewhere: bool = False  # another room tells of it
    since: datetime = Field(sa_type=UtcDateTime)
    seen_at: datetime = Field(sa_type=UtcDateTime)
    due_at: datetime = Field(sa_type=UtcDateTime)  # from then on it is told: what passes at once wakes nobody
    told_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    ended_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    end_told_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class SelfTestTarget(Table, table=True):
    """Whom the test of ourselves goes to each week: a named person or group, and nobody else."""

    __tablename__ = "self_test_target"
    kind: str = Field(primary_key=True, max_length=8)  # person or group
    target_id: int = Field(primary_key=True)
    by: str = Field(max_length=64)
    at: datetime = Field(sa_type=UtcDateTime)


class SetupStep(Table, table=True):
    """What only a person can say of a step of the guide: that it is done, or that this county does without it."""

    __tablename__ = "setup_step"
    name: str = Field(primary_key=True, max_length=24)
    state: str = Field(max_length=8)  # done or waived
    by: str = Field(max_length=64)
    at: datetime = Field(sa_type=UtcDateTime)
