"""How often an alert without an end is asked about (EndRule), and when it is asked next (EndQuestion)."""

from datetime import date, datetime

from sqlmodel import Field

from bot.db.base import Table
from bot.db.types import UtcDateTime


class EndRule(Table, table=True):
    """Empty means any. Of the rows that match, the one with the fewest hours counts."""

    __tablename__ = "end_rule"
    id: int = Field(default=None, primary_key=True)
    hazard: str = Field(default="", max_length=8)
    grade: str = Field(default="", max_length=8)
    hours: int
    basis: str = Field(max_length=128)
    valid_from: date | None = None
    valid_to: date | None = None


class EndQuestion(Table, table=True):
    """One for each alert that has no end; closed when it is over."""

    __tablename__ = "end_question"
    alert_id: int = Field(primary_key=True, foreign_key="alert.id")
    due_at: datetime | None = Field(default=None, sa_type=UtcDateTime, index=True)  # None: closed
    asked: int = 0
    asked_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    valid_at: datetime | None = Field(default=None, sa_type=UtcDateTime)  # last time somebody said: still valid
    valid_by: str = Field(default="", max_length=80)
