"""What a member has to confirm: one task at the platform for each request, until all of it is settled or it is over."""

from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlmodel import Field

from bot.db.base import Table
from bot.db.types import UtcDateTime, words
from broadcasts.dispatch.states import Road


class Ending(StrEnum):
    """Why nothing more is asked about a task."""

    settled = "settled"  # every group's copy is delivered or failed
    cancelled = "cancelled"  # by us, since something newer or an end has come, or by the member
    over = "over"  # the platform keeps it no longer


class GroupTask(Table, table=True):
    """`sender` is the userid of whoever must confirm, `confirmed_at` when the platform said that they did, `look_at`
    when it is asked next. `reminded` counts within 24 hours of `reminded_at`."""

    __tablename__ = "group_task"
    id: int = Field(default=None, primary_key=True)
    batch_id: int = Field(foreign_key="batch.id", unique=True)
    broadcast_id: str = Field(max_length=36, foreign_key="broadcast.id", index=True)
    road: Road = Field(sa_type=words(Road, 8))
    message_id: str = Field(max_length=255)
    sender: str = Field(max_length=64)
    wake: bool
    made_at: datetime = Field(sa_type=UtcDateTime)
    look_at: datetime = Field(sa_type=UtcDateTime)
    looks: int = 0
    confirmed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    reminded: int = 0
    reminded_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    closed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    ending: Ending | None = Field(default=None, sa_type=words(Ending, 10))

    __table_args__ = (
        sa.Index(
            "ix_group_task_open",
            "look_at",
            sqlite_where=sa.text("closed_at IS NULL"),
            postgresql_where=sa.text("closed_at IS NULL"),
        ),
    )
