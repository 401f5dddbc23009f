"""What a sweep could not deal with: kept while it stands, so that people see it and it is tried with pauses."""

from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Field

from bot.db.base import Table
from bot.db.types import UtcDateTime


class Stumble(Table, table=True):
    """One subject of one sweep that broke, `times` in a row; it is tried again at `again_at`. `error` is the kind of
    mistake alone: its words may hold somebody's name."""

    __tablename__ = "stumble"
    __table_args__ = (sa.UniqueConstraint("sweep", "subject", name="uq_stumble_subject"),)
    id: int = Field(default=None, primary_key=True)
    sweep: str = Field(max_length=32)
    subject: str = Field(max_length=96)
    error: str = Field(max_length=64)
    times: int
    first_at: datetime = Field(sa_type=UtcDateTime)
    last_at: datetime = Field(sa_type=UtcDateTime)
    again_at: datetime = Field(sa_type=UtcDateTime, index=True)
