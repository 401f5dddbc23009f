"""What is kept of a picture or a video that came with a task: the file lies where the chat's lie."""

from datetime import datetime

from sqlmodel import Field

from bot.db.base import Table
from bot.db.types import UtcDateTime


class Picture(Table):
    """Without a size it is still on its way. What task it is of, each kind of task says."""

    id: int = Field(default=None, primary_key=True)
    uid: str = Field(max_length=36, unique=True)
    mime: str = Field(max_length=48)
    size: int
    sha256: str = Field(max_length=64)
    at: datetime = Field(sa_type=UtcDateTime)
