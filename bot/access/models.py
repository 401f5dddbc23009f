"""Who may sign in, and which machines may call."""

from datetime import datetime
from enum import StrEnum

from sqlmodel import Field

from bot.db.base import Table
from bot.db.types import UtcDateTime, words


class Role(StrEnum):
    """What a user may do; several per user."""

    admin = "admin"
    officer = "officer"
    leader = "leader"
    approver = "approver"
    viewer = "viewer"


class Scope(StrEnum):
    """What a token may do."""

    intake = "intake"
    notices = "notices"
    reports = "reports"
    read = "read"


class User(Table, table=True):
    """A login, which is a Person where that person must also be woken. Without an area the whole county is theirs."""

    __tablename__ = "user_account"
    id: int = Field(default=None, primary_key=True)
    uid: str = Field(max_length=36, unique=True)
    name: str = Field(max_length=64, unique=True)
    password_hash: str = Field(max_length=160)
    must_change: bool = True
    person_id: int | None = Field(default=None, foreign_key="person.id")
    area_id: int | None = Field(default=None, foreign_key="area.id")
    disabled_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class UserRole(Table, table=True):
    __tablename__ = "user_role"
    user_id: int = Field(primary_key=True, foreign_key="user_account.id")
    role: Role = Field(primary_key=True, sa_type=words(Role))


class WebSession(Table, table=True):
    """A signed-in browser. The cookie's digest is kept, never the cookie."""

    __tablename__ = "web_session"
    digest: str = Field(primary_key=True, max_length=64)
    user_id: int = Field(foreign_key="user_account.id", index=True)
    csrf: str = Field(max_length=43)
    created_at: datetime = Field(sa_type=UtcDateTime)
    seen_at: datetime = Field(sa_type=UtcDateTime)


class Token(Table, table=True):
    """A machine's bearer token, found by its digest."""

    __tablename__ = "api_token"
    id: int = Field(default=None, primary_key=True)
    name: str = Field(max_length=64)
    scope: Scope = Field(sa_type=words(Scope))
    digest: str = Field(max_length=64, unique=True)
    created_at: datetime = Field(sa_type=UtcDateTime)
    revoked_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
