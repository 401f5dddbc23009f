"""TagPlace: a place whose followers stand under one of the account's tags. TagPut: one of them, who is to be put there
or taken out; due until done."""

from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlmodel import Field

from bot.db.base import Table
from bot.db.types import UtcDateTime, words


class Put(StrEnum):
    due = "due"
    done = "done"
    failed = "failed"  # not put there, for good, with a reason; a taking out is never given up


class TagPlace(Table, table=True):
    """For whose followers the tag was asked for."""

    __tablename__ = "tag_place"
    tag_id: int = Field(primary_key=True)
    area_id: int = Field(primary_key=True, foreign_key="area.id")


class TagPut(Table, table=True):
    """`wanted`: to be put there; else to be taken out. `openid` is kept here of whoever was erased while they may still
    stand under the tag, and is emptied when they are out."""

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
    openid: str = Field(default="", max_length=128)
    wanted: bool = True
    state: Put = Field(default=Put.due, sa_type=words(Put, 8))
    reason: str = Field(default="", max_length=24)
    tries: int = 0
    due_at: datetime = Field(sa_type=UtcDateTime)
