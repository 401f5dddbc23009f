"""Loudspeakers and screens of the villages: where each stands, and who reads out or types in."""

from datetime import datetime
from enum import StrEnum

from sqlmodel import Field

from bot.db.base import Table
from bot.db.types import UtcDateTime, words


class OutletKind(StrEnum):
    speaker = "speaker"
    screen = "screen"

    @property
    def zh(self) -> str:
        return {"speaker": "大喇叭", "screen": "显示屏"}[self.value]


class Outlet(Table, table=True):
    """`code` names its page, `resource_code` is its name at the broadcast platform (GD/J 080), empty where it has none.
    `seen_at` is when a screen's browser last asked for its page."""

    id: int = Field(default=None, primary_key=True)
    uid: str = Field(max_length=36, unique=True)
    key: str = Field(max_length=128, unique=True)  # area, kind and name
    kind: OutletKind = Field(sa_type=words(OutletKind, 8))
    name: str = Field(max_length=64)
    area_id: int = Field(foreign_key="area.id", index=True)
    place: str = Field(default="", max_length=128)
    keeper_id: int | None = Field(default=None, foreign_key="person.id", index=True)
    resource_code: str = Field(default="", max_length=32, index=True)
    code: str = Field(max_length=16, unique=True)
    seen_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    gone_at: datetime | None = Field(default=None, sa_type=UtcDateTime)  # it stands there no longer
