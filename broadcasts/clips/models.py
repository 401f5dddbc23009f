"""Clip: a recording that says a warning in the county's own dialect. One person brings it, a second listens to it and
approves it; the file lies in DATA_DIR."""

from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Field

from bot.db.base import Table
from bot.db.types import UtcDateTime


class Clip(Table, table=True):
    """Empty means any hazard, any grade, the whole county. A recording for drills says so itself, and is played in
    drills alone."""

    __table_args__ = (sa.Index("ix_clip_grade_hazard", "grade", "hazard"),)
    id: int = Field(default=None, primary_key=True)
    uid: str = Field(max_length=36, unique=True)
    hazard: str = Field(default="", max_length=8)  # a code or its beginning
    grade: str = Field(default="", max_length=8)
    language: str = Field(default="zh-CN", max_length=16)
    dialect: str = Field(default="", max_length=32)  # as people call it: 石门话; empty: as it is written
    area_id: int | None = Field(default=None, foreign_key="area.id")  # where it is spoken
    drill: bool = False
    words: str = Field(max_length=255)  # what it says, in writing
    mime: str = Field(max_length=48)
    size: int
    seconds: int
    sha256: str = Field(max_length=64)
    brought_by: str = Field(max_length=64)
    brought_at: datetime = Field(sa_type=UtcDateTime)
    approved_by: str = Field(default="", max_length=64)
    approved_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    ended_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
