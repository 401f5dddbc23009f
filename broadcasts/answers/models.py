"""What people said to a broadcast: beside how the copy travelled, never instead of it."""

from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlmodel import Field

from bot.db.base import Table
from bot.db.types import UtcDateTime, words
from broadcasts.dispatch.states import Road


class Said(StrEnum):
    """Each is said by a person, and none is inferred from another."""

    received = "received"  # 1 收到
    cannot = "cannot"  # 2 去不了，换人
    help = "help"  # 3 需要支援
    arrived = "arrived"  # 已到岗
    done = "done"  # 已落实
    relayed = "relayed"  # 已转发, of a relay task
    played = "played"  # 已播, of a loudspeaker; 已上屏, of a screen
    unplayed = "unplayed"  # 播不了
    knocked = "knocked"  # 敲门叫到: whoever knocked at her door says that she knows; never her own word


BY_HAND = frozenset({Said.relayed, Said.played, Said.unplayed})  # of a task, not of what one was told oneself
NOT_HERS = BY_HAND | {Said.knocked}  # what the person did not say of herself


class How(StrEnum):
    """By what it was said."""

    digit = "digit"
    words = "words"
    card = "card"
    h5 = "h5"
    call = "call"  # on the telephone, typed in by an officer
    voice = "voice"  # typed in by an officer from a recording
    speech = "speech"  # spoken, and recognised by the county's own gateway or program
    key = "key"  # pressed on the telephone
    knock = "knock"  # at her door, as told by whoever knocked


class Answer(Table, table=True):
    """One thing that one person said to one broadcast. Nothing is overwritten: an answer that was taken back keeps
    `undone_at`, one that came too late or from someone who was not asked has `counts` false."""

    __table_args__ = (
        sa.Index("ix_answer_broadcast_person", "broadcast_id", "person_id"),
        sa.UniqueConstraint("source", name="uq_answer_source"),
    )
    id: int = Field(default=None, primary_key=True)
    uid: str = Field(max_length=36, unique=True)
    broadcast_id: str = Field(max_length=36, foreign_key="broadcast.id")
    alert_id: int | None = Field(default=None, foreign_key="alert.id", index=True)
    person_id: int = Field(foreign_key="person.id")
    group_id: int | None = Field(default=None, foreign_key="chat_group.id")  # of a relay task: which group
    outlet_id: int | None = Field(default=None, foreign_key="outlet.id")  # of a loudspeaker's or a screen's: which
    times: int | None = None  # how often it was read out
    road: Road = Field(sa_type=words(Road, 8))
    said: Said = Field(sa_type=words(Said, 12))
    how: How = Field(sa_type=words(How, 8))
    by: str = Field(max_length=64)  # person:UID, or the officer who heard it
    source: str = Field(max_length=80)  # what it came by: inbound:ID:BROADCAST, h5:…, call:…; the same has one effect
    counts: bool = True
    at: datetime = Field(sa_type=UtcDateTime)
    undone_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    ring: str = Field(default="", max_length=36)  # of 3 需要支援: the uid of the hold that rings the desk for it
