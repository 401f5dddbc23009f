"""What came in: every message and event once (Inbound), the requests already seen (Nonce), and what hangs on a message
(Media)."""

from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlmodel import Field

from bot.db.base import Table
from bot.db.types import UtcDateTime, words
from broadcasts.dispatch.states import Road


class Platform(StrEnum):
    wecom = "wecom"
    oa = "oa"
    sms = "sms"  # the county's gateway for text messages
    voice = "voice"  # and that for telephone calls


class Work(StrEnum):
    """What became of an inbound word."""

    waiting = "waiting"
    done = "done"
    failed = "failed"  # tried several times, kept and shown


class Inbound(Table, table=True):
    """One word or event, as proven by its signature. `key` is the sheet's composite: road, platform, sender, time and
    MsgId, or the event's own facts. Worked on in the order of ids, sender by sender."""

    __table_args__ = (
        sa.Index(
            "ix_inbound_waiting",
            "sender",
            "id",
            sqlite_where=sa.text("state = 'waiting'"),
            postgresql_where=sa.text("state = 'waiting'"),
        ),
        sa.Index("ix_inbound_from", "road", "platform", "sender", "id"),
    )
    id: int = Field(default=None, primary_key=True)
    key: str = Field(max_length=64, unique=True)
    road: Road = Field(sa_type=words(Road, 8))
    platform: Platform = Field(sa_type=words(Platform, 8))
    sender: str = Field(max_length=128)  # openid, userid in lower case, or a number's digest
    kind: str = Field(max_length=24)  # text, image, voice, location, event …, whatever the platform says
    event: str = Field(default="", max_length=48)
    body: dict[str, Any] = Field(sa_type=sa.JSON)  # the decrypted fields
    said_at: datetime = Field(sa_type=UtcDateTime)  # CreateTime
    received_at: datetime = Field(sa_type=UtcDateTime)
    state: Work = Field(default=Work.waiting, sa_type=words(Work, 8))
    attempts: int = 0
    error: str = Field(default="", max_length=255)
    intent: str = Field(default="", max_length=24)  # how it was understood
    worked_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class Nonce(Table, table=True):
    """A request that was accepted: the platform's own retry has the same body, a forger's has another."""

    __tablename__ = "callback_nonce"
    key: str = Field(primary_key=True, max_length=64)  # digest of road, platform, timestamp and nonce
    body: str = Field(max_length=64)  # digest of the body
    at: datetime = Field(sa_type=UtcDateTime, index=True)


class CallbackAsked(Table, table=True):
    """When a platform last asked whether a callback address is ours, and was answered."""

    __tablename__ = "callback_asked"
    road: Road = Field(sa_type=words(Road, 8), primary_key=True)
    platform: Platform = Field(sa_type=words(Platform, 8), primary_key=True)
    at: datetime = Field(sa_type=UtcDateTime)


class MediaState(StrEnum):
    waiting = "waiting"
    kept = "kept"
    refused = "refused"  # not what it says it is, or too large
    failed = "failed"


class Media(Table, table=True):
    """A picture, a recording, a video or a file, downloaded at once: the platform keeps it for days only. What was
    fetched lies in DATA_DIR."""

    id: int = Field(default=None, primary_key=True)
    uid: str = Field(max_length=36, unique=True)
    inbound_id: int = Field(foreign_key="inbound.id", index=True)
    kind: str = Field(max_length=12)  # picture, audio, video or file
    media_id: str = Field(max_length=255)
    state: MediaState = Field(default=MediaState.waiting, sa_type=words(MediaState, 8), index=True)
    reason: str = Field(default="", max_length=48)
    mime: str = Field(default="", max_length=48)
    size: int = 0
    sha256: str = Field(default="", max_length=64)
    words: str = Field(default="", max_length=1024)  # of a recording: recognised by the platform, or typed in
    words_by: str = Field(default="", max_length=64)
    attempts: int = 0
    due_at: datetime = Field(sa_type=UtcDateTime)
    kept_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
