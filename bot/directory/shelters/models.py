"""Where people can go: a place with a roof, who opens it, and whether it is open now."""

from datetime import datetime
from enum import StrEnum

from sqlmodel import Field

from bot.db.base import Table
from bot.db.types import UtcDateTime, words


class Openness(StrEnum):
    """What its keeper said last. What nobody has spoken of is closed."""

    closed = "closed"
    open = "open"
    full = "full"

    @property
    def zh(self) -> str:
        return {"closed": "没开放", "open": "已开放", "full": "已满"}[self.value]


class Shelter(Table, table=True):
    """`capacity` is in people, `lon` and `lat` in degrees; None where the county does not know. `people` are there by
    the last word of `changed_by`."""

    id: int = Field(default=None, primary_key=True)
    uid: str = Field(max_length=36, unique=True)
    key: str = Field(max_length=96, unique=True)  # area and name
    name: str = Field(max_length=64)
    area_id: int = Field(foreign_key="area.id", index=True)
    address: str = Field(default="", max_length=128)
    capacity: int | None = None
    lon: float | None = None
    lat: float | None = None
    phone: str = Field(default="", max_length=32)
    state: Openness = Field(default=Openness.closed, sa_type=words(Openness, 8))
    people: int = 0
    changed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    changed_by: str = Field(default="", max_length=64)
