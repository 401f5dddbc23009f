"""Feeds that are polled: rows that a county adds in the console."""

from datetime import datetime

from sqlmodel import Field

from bot.db.base import Table
from bot.db.types import UtcDateTime


class Feed(Table, table=True):
    """`url` is the address of an Atom or RSS, or `file:` and a folder of the national platform's files."""

    id: int = Field(default=None, primary_key=True)
    uid: str = Field(max_length=36, unique=True)
    name: str = Field(max_length=64)
    url: str = Field(max_length=512, unique=True)
    hosts: str = Field(default="", max_length=255)  # further hosts whose links are followed, by comma
    every_seconds: int = 60
    silent_after_seconds: int = 3600  # expected interval: silent for longer is an alarm
    enabled: bool = True
    polled_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    heard_at: datetime | None = Field(default=None, sa_type=UtcDateTime)  # last answer that could be read
    first_done: bool = False
    failures: int = 0
    error: str = Field(default="", max_length=255)


class Seen(Table, table=True):
    """What a feed has already shown, so that a link is fetched once."""

    __tablename__ = "feed_seen"
    feed_id: int = Field(primary_key=True, foreign_key="feed.id")
    link: str = Field(primary_key=True, max_length=512)
    at: datetime = Field(sa_type=UtcDateTime)
