"""Who hears what, by which channels and how loudly: rows with a named basis, and the signed texts 现在要做."""

from datetime import date

import sqlalchemy as sa
from sqlmodel import Field

from bot.db.base import Table
from bot.db.types import words
from broadcasts.dispatch.states import Mode


class AudienceRule(Table, table=True):
    """Empty means any. `hazard` is a code or its beginning; `hours` is `22-07`, local; `role` a person's role or a
    group's kind; `message` is alert or all-clear. Of all rows that match, the most urgent mode wins."""

    __tablename__ = "audience_rule"
    id: int = Field(default=None, primary_key=True)
    hazard: str = Field(default="", max_length=8)
    grade: str = Field(default="", max_length=8)
    tag: str = Field(default="", max_length=32)
    hours: str = Field(default="", max_length=5)
    role: str = Field(default="", max_length=24)
    message: str = Field(default="alert", max_length=12)
    channels: str = Field(default="", max_length=96)  # by comma; empty: every open one
    mode: Mode = Field(sa_type=words(Mode, 8))
    basis: str = Field(max_length=128)
    valid_from: date | None = None
    valid_to: date | None = None


class Advice(Table, table=True):
    """现在要做 for one hazard, grade and role, in the county's words. Left out of messages until it is signed."""

    id: int = Field(default=None, primary_key=True)
    hazard: str = Field(default="", max_length=8)
    grade: str = Field(default="", max_length=8)
    role: str = Field(default="", max_length=24)
    language: str = Field(default="zh-CN", max_length=16)
    lines: str = Field(sa_type=sa.Text)  # at most three
    signed_by: str = Field(default="", max_length=64)
    signed_on: date | None = None
