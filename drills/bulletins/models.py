"""通报和表扬: one bulletin a month, drafted from rows, edited by one person and approved by another."""

from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlmodel import Field

from bot.db.base import Table
from bot.db.types import UtcDateTime, words


class State(StrEnum):
    draft = "draft"
    approved = "approved"


TRANSITIONS = {State.draft: {State.approved}, State.approved: {State.draft}}  # taken back, to be edited again


class Bulletin(Table, table=True):
    """`month` is the one it speaks of, `2026-06`: one bulletin each. `authors` are all who wrote in it, by comma."""

    id: int = Field(default=None, primary_key=True)
    uid: str = Field(max_length=36, unique=True)
    month: str = Field(max_length=7, unique=True)
    state: State = Field(default=State.draft, sa_type=words(State, 8))
    title: str = Field(max_length=64)
    text: str = Field(sa_type=sa.Text)
    version: int = 1
    made_by: str = Field(max_length=64)
    made_at: datetime = Field(sa_type=UtcDateTime)
    authors: str = Field(default="", max_length=255)
    edited_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    approved_by: str = Field(default="", max_length=64)
    approved_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    sent_by: str = Field(default="", max_length=64)
    sent_at: datetime | None = Field(default=None, sa_type=UtcDateTime)  # a bulletin goes out once
    broadcast_id: str = Field(default="", max_length=36)
