"""Speech: what a recording was recognised to say by the county's own gateway or program, and how sure it was."""

from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlmodel import Field

from bot.db.base import Table
from bot.db.types import UtcDateTime, words


class SpeechState(StrEnum):
    waiting = "waiting"
    heard = "heard"  # its words count as that person's
    unsure = "unsure"  # a person listens; the guess is shown to them
    failed = "failed"  # a person listens
    wrong = "wrong"  # the speaker says that she was misunderstood


class Speech(Table, table=True):
    """One recording. A row, so that a restart only puts it off."""

    __table_args__ = (
        sa.Index(
            "ix_speech_due",
            "due_at",
            sqlite_where=sa.text("state = 'waiting'"),
            postgresql_where=sa.text("state = 'waiting'"),
        ),
    )
    id: int = Field(default=None, primary_key=True)
    media_id: int = Field(foreign_key="media.id", unique=True)
    state: SpeechState = Field(default=SpeechState.waiting, sa_type=words(SpeechState, 8))
    words: str = Field(default="", max_length=1024)
    confidence: float = 0.0
    reason: str = Field(default="", max_length=24)
    attempts: int = 0
    due_at: datetime = Field(sa_type=UtcDateTime)
    done_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
