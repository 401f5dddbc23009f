"""Whom we talk with (Conversation) and what we said (Utterance)."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Field

from bot.db.base import Table
from bot.db.types import UtcDateTime, words
from broadcasts.dispatch.states import Road
from handlers.wechat.models import Platform


class Conversation(Table, table=True):
    """One address on one road. A dialogue is its name, its facts and its end; a digit means something only within."""

    __table_args__ = (sa.UniqueConstraint("road", "platform", "address", name="uq_conversation_address"),)
    id: int = Field(default=None, primary_key=True)
    uid: str = Field(max_length=36, unique=True)
    road: Road = Field(sa_type=words(Road, 8))
    platform: Platform = Field(sa_type=words(Platform, 8))
    address: str = Field(max_length=128)
    person_id: int | None = Field(default=None, foreign_key="person.id", index=True)
    follower_id: int | None = Field(default=None, foreign_key="follower.id", index=True)
    dialogue: str = Field(default="", max_length=24)
    facts: dict[str, Any] = Field(default_factory=dict, sa_type=sa.JSON)
    dialogue_until: datetime | None = Field(default=None, sa_type=UtcDateTime)
    last_at: datetime | None = Field(default=None, sa_type=UtcDateTime, index=True)
    last_words: str = Field(default="", max_length=160)
    unread: int = 0  # words that no officer has looked at and the bot did not understand
    taken_by: str = Field(default="", max_length=64)  # the officer who speaks instead of the bot
    taken_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    flood_from: datetime | None = Field(default=None, sa_type=UtcDateTime)
    flood_words: int = 0
    reply_until: datetime | None = Field(default=None, sa_type=UtcDateTime)  # the account's 48-hour window
    reply_left: int = 0


class Utterance(Table, table=True):
    """What we said in a conversation; how it travelled stands with its broadcast."""

    id: int = Field(default=None, primary_key=True)
    conversation_id: int = Field(foreign_key="conversation.id", index=True)
    inbound_id: int | None = Field(default=None, foreign_key="inbound.id")
    broadcast_id: str = Field(default="", max_length=36)
    by: str = Field(max_length=64)  # system, or user:NAME
    text: str = Field(sa_type=sa.Text)
    at: datetime = Field(sa_type=UtcDateTime)
