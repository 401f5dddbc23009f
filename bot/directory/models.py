"""The directory's tables: where (Area), who (Person, roles, addresses), and which groups hear us (Group, Robot)."""

from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlmodel import Field

from bot.db.base import Table
from bot.db.types import UtcDateTime


class ABRole(StrEnum):
    A = "A"
    B = "B"


class Area(Table, table=True):
    """A node of the area tree. `path` holds the ids from the root down to itself, `/1/7/42/`; `town_id` is its
    ancestor one below the root (itself there, none at the root), by which figures are grouped."""

    id: int = Field(default=None, primary_key=True)
    uid: str = Field(max_length=36, unique=True)
    code: str = Field(max_length=32, unique=True)
    name: str = Field(max_length=64)
    level: str = Field(max_length=16)
    parent_id: int | None = Field(default=None, foreign_key="area.id", index=True)
    path: str = Field(max_length=255, index=True)
    depth: int
    town_id: int | None = Field(default=None, index=True)
    duty_phone: str = Field(default="", max_length=32)
    geometry: str | None = Field(default=None, sa_type=sa.Text)  # WKT


class AreaTag(Table, table=True):
    """A local quality of an area, such as 风险点."""

    __tablename__ = "area_tag"
    area_id: int = Field(primary_key=True, foreign_key="area.id")
    tag: str = Field(primary_key=True, max_length=32)


class DirectoryVersion(Table, table=True):
    """The database draws the token of `areas` anew with every change of an area or a tag; on SQLite that of `hearers`
    with every change of people, groups or their addresses as well (migration 0021)."""

    __tablename__ = "directory_version"
    name: str = Field(primary_key=True, max_length=16)
    token: str = Field(max_length=36)


class DirectoryChange(Table, table=True):
    """On PostgreSQL each change of the `hearers` adds a row, since those who change them at once would wait for each
    other at a token (migration 0026). The rows that a transaction sees say which changes it sees."""

    __tablename__ = "directory_change"
    id: int = Field(default=None, primary_key=True)


class Person(Table, table=True):
    id: int = Field(default=None, primary_key=True)
    uid: str = Field(max_length=36, unique=True)
    key: str = Field(max_length=96, unique=True)  # the county's own id, else phone digest, else area and name
    name: str = Field(max_length=64)
    area_id: int = Field(foreign_key="area.id", index=True)
    ab: str = Field(default="", max_length=1)
    language: str = Field(default="zh-CN", max_length=16)
    phone_sealed: bytes | None = Field(default=None, sa_type=sa.LargeBinary)
    phone_digest: str | None = Field(default=None, max_length=32, index=True)


class PersonRole(Table, table=True):
    __tablename__ = "person_role"
    person_id: int = Field(primary_key=True, foreign_key="person.id")
    role: str = Field(primary_key=True, max_length=24)


class Address(Table, table=True):
    """Where a person is reached on one channel. `folded` is the value in lower case: WeCom compares so."""

    __table_args__ = (sa.UniqueConstraint("channel", "folded"),)
    person_id: int = Field(primary_key=True, foreign_key="person.id")
    channel: str = Field(primary_key=True, max_length=24)
    value: str = Field(max_length=128)
    folded: str = Field(max_length=128)
    gone_at: datetime | None = Field(default=None, sa_type=UtcDateTime)  # unfollowed, or left the corp
    cards_at: datetime | None = Field(default=None, sa_type=UtcDateTime)  # a click on a card proved that they are seen


class Group(Table, table=True):
    __tablename__ = "chat_group"
    __table_args__ = (
        sa.Index(
            "ix_chat_group_chat_id",
            "chat_id",
            sqlite_where=sa.text("chat_id <> ''"),
            postgresql_where=sa.text("chat_id <> ''"),
        ),
    )
    id: int = Field(default=None, primary_key=True)
    uid: str = Field(max_length=36, unique=True)
    key: str = Field(max_length=96, unique=True)
    name: str = Field(max_length=64)
    kind: str = Field(max_length=16)
    area_id: int = Field(foreign_key="area.id", index=True)
    chat_id: str = Field(default="", max_length=64)
    people: int | None = None  # in the application's group, as it was made; None: nobody has told us


class Robot(Table, table=True):
    """A group's robot. It works at once; it is 未核对 until the code of its test message was typed in."""

    id: int = Field(default=None, primary_key=True)
    group_id: int = Field(foreign_key="chat_group.id", index=True)
    sealed: bytes = Field(sa_type=sa.LargeBinary)
    digest: str = Field(max_length=32, unique=True)
    code: str | None = Field(default=None, max_length=8, index=True)  # in the test message, until typed in
    verified_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    dead_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    dead_reason: str = Field(default="", max_length=24)
