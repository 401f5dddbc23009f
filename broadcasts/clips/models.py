"""Clip: a recording that says a warning in the county's own dialect. One person brings it, a second listens to it and
approves it; the file lies in DATA_DIR. ClipMedia: what WeCom calls it for three days. ClipFollow: a text behind which
a recording went, or did not."""

from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlmodel import Field

from bot.db.base import Table
from bot.db.types import UtcDateTime
from bot.db.types import words as one_of
from broadcasts.dispatch.states import Road


class Hears(StrEnum):
    """Who gets a recording as a voice message behind the text, of those in the place where it is spoken."""

    nobody = "nobody"
    readers = "readers"  # whose language it is
    everyone = "everyone"


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
    heard_by: Hears = Field(
        default=Hears.nobody, sa_type=one_of(Hears, 8), sa_column_kwargs={"server_default": "nobody"}
    )
    voice_bytes: int = Field(default=0, sa_column_kwargs={"server_default": sa.text("0")})  # as AMR; 0: there is none


class ClipMedia(Table, table=True):
    """WeCom's name for an uploaded recording, good until `until`. `reason`: why there is none, or no newer one, and
    when it is tried again."""

    __tablename__ = "clip_media"
    road: Road = Field(primary_key=True, sa_type=one_of(Road, 8))
    clip_id: int = Field(primary_key=True, foreign_key="clip.id")
    media_id: str = Field(default="", max_length=255)
    until: datetime | None = Field(default=None, sa_type=UtcDateTime)
    reason: str = Field(default="", max_length=24)
    tries: int = 0
    again_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class ClipFollow(Table, table=True):
    """A batch that needs no recording behind it any more: of a text, its recording was sent, or none fits, or `lacking`
    readers got none, with the reason; of a recording that WeCom no longer knew, another was sent."""

    __tablename__ = "clip_follow"
    batch_id: int = Field(primary_key=True, foreign_key="batch.id")
    broadcast_id: str = Field(max_length=36, foreign_key="broadcast.id", index=True)
    lacking: int = 0
    reason: str = Field(default="", max_length=24)
    at: datetime = Field(sa_type=UtcDateTime)
