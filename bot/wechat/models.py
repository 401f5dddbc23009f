"""Access tokens that processes share: one row for each road and application, replaced by whoever holds the old one.
And how often WeCom's base interfaces were called."""

from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Field

from bot.db.base import Table
from bot.db.types import UtcDateTime


class AccessToken(Table, table=True):
    """`sealed` is the token under SECRET_KEY's seal. `held_until`: somebody is fetching. `refused_until`: the secret
    was refused, and asking again would ban the address."""

    __tablename__ = "access_token"
    name: str = Field(primary_key=True, max_length=64)  # road and application, no part of a secret
    sealed: bytes | None = Field(default=None, sa_type=sa.LargeBinary)
    until: datetime | None = Field(default=None, sa_type=UtcDateTime)
    holder: str = Field(default="", max_length=36)
    held_until: datetime | None = Field(default=None, sa_type=UtcDateTime)
    refused_until: datetime | None = Field(default=None, sa_type=UtcDateTime)


class InterfaceCall(Table, table=True):
    """So many calls of one interface by one process until `at`, which lie a few seconds apart."""

    __tablename__ = "interface_call"
    id: int = Field(default=None, primary_key=True)
    interface: str = Field(max_length=64)  # such as externalcontact/groupchat/get
    at: datetime = Field(sa_type=UtcDateTime, index=True)
    calls: int
