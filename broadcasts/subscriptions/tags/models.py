"""TagPut: a follower who is to stand under one of the account's tags, for their village's sake; due until done."""

from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlmodel import Field

from bot.db.base import Table
from bot.db.types import UtcDateTime, words


class Put(StrEnum):
    due = "due"
    done = "done"
    failed = "failed"  # for good, with a reason


class TagPut(Table, table=True):
    """`wanted`: to be put there; else to be taken out. `area_id` is the place for which it was asked."""

    __tablename__ = "tag_put"
    __table_args__ = (
        sa.UniqueConstraint("tag_id", "follower_id", name="uq_tag_put_follower"),
        sa.Index(
            "ix_tag_put_due",
            "due_at",
            sqlite_where=sa.text("state = 'due'"),
            postgresql_where=sa.text("state = 'due'"),
        ),
    )
    id: int = Field(default=None, primary_key=True)
    tag_id: int  # the platform's number
    follower_id: int = Field(foreign_key="follower.id", index=True)
    area_id: int = Field(foreign_key="area.id")
    wanted: bool = True
    state: Put = Field(default=Put.due, sa_type=words(Put, 8))
    reason: str = Field(default="", max_length=24)
    tries: int = 0
    due_at: datetime = Field(sa_type=UtcDateTime)
