"""How a WeChat address and a person in the directory come together: by invitation, or asked for and confirmed."""

from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlmodel import Field

from bot.db.base import Table
from bot.db.types import UtcDateTime, words


class Invitation(Table, table=True):
    """A code that binds whoever uses it to a person, once. The code itself is not kept."""

    digest: str = Field(primary_key=True, max_length=32)
    person_id: int = Field(foreign_key="person.id", index=True)
    made_by: str = Field(max_length=64)
    made_at: datetime = Field(sa_type=UtcDateTime)
    expires_at: datetime = Field(sa_type=UtcDateTime)
    used_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class BindingState(StrEnum):
    asked = "asked"
    bound = "bound"
    refused = "refused"


class Binding(Table, table=True):
    """Somebody says who they are. `person_id` is whom the phone number, or the name in that area, points to."""

    id: int = Field(default=None, primary_key=True)
    uid: str = Field(max_length=36, unique=True)
    channel: str = Field(max_length=24)  # wecom_app or oa
    address: str = Field(max_length=128)
    name: str = Field(default="", max_length=64)
    phone_sealed: bytes | None = Field(default=None, sa_type=sa.LargeBinary)
    phone_digest: str | None = Field(default=None, max_length=32)
    person_id: int | None = Field(default=None, foreign_key="person.id", index=True)
    state: BindingState = Field(default=BindingState.asked, sa_type=words(BindingState, 8), index=True)
    asked_at: datetime = Field(sa_type=UtcDateTime)
    decided_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    decided_by: str = Field(default="", max_length=64)
    word: str = Field(default="", max_length=255)
