"""What a broadcast platform says of one loudspeaker's copy, beside what its keeper says."""

from datetime import datetime

from sqlmodel import Field

from bot.db.base import Table
from bot.db.types import UtcDateTime


class Playback(Table, table=True):
    """One state that was told; `state` is the code of an EBMStateResponse, 0 to 5. Nothing is overwritten."""

    id: int = Field(default=None, primary_key=True)
    delivery_id: int = Field(foreign_key="delivery.id", index=True)
    state: int
    words: str = Field(default="", max_length=255)
    by: str = Field(max_length=64)
    at: datetime = Field(sa_type=UtcDateTime)
