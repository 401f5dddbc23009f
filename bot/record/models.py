"""The record: entries that are only ever added, and seals that chain them."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Field

from bot.db.base import Table
from bot.db.types import UtcDateTime


class Entry(Table, table=True):
    """One thing that happened. `detail` holds ids, counts and digests, never what a person wrote."""

    __tablename__ = "record"
    id: int = Field(default=None, primary_key=True)
    at: datetime = Field(sa_type=UtcDateTime)
    actor: str = Field(max_length=64)  # user:…, token:…, person:…, system
    action: str = Field(max_length=48)
    subject: str = Field(max_length=64, index=True)
    detail: dict[str, Any] = Field(default_factory=dict, sa_type=sa.JSON)
    digest: str = Field(max_length=64)
    seal_id: int | None = Field(default=None, index=True)


class Seal(Table, table=True):
    """Covers the entries that had none: an HMAC over their digests and over the seal before. Numbered without gaps."""

    __tablename__ = "record_seal"
    id: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    at: datetime = Field(sa_type=UtcDateTime)
    first: int
    last: int
    count: int
    mac: str = Field(max_length=64)


class Anchor(Table, table=True):
    """What was told to people outside about the record's state: by it a cut tail is found."""

    __tablename__ = "record_anchor"
    id: int = Field(default=None, primary_key=True)
    at: datetime = Field(sa_type=UtcDateTime)
    seal_id: int
    entries: int  # of the whole record, sealed, at that time
    mac: str = Field(max_length=64)  # the seal's


class Mark(Table, table=True):
    """How far verify-audit has come. `mac` is keyed, so that nobody moves the mark over what he changed."""

    __tablename__ = "record_mark"
    name: str = Field(primary_key=True, max_length=16)
    seal_id: int
    at: datetime = Field(sa_type=UtcDateTime)
    mac: str = Field(max_length=64)
