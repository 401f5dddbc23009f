"""Customers' groups as the platform lists them: groups with people of personal WeChat in them, each owned by a member
who has to confirm what is sent there."""

from datetime import datetime

from sqlmodel import Field

from bot.db.base import Table
from bot.db.types import UtcDateTime


class CustomerGroup(Table, table=True):
    """`owner` is a userid. A group of ours is served by it when that group's chat_id is this one."""

    __tablename__ = "customer_group"
    chat_id: str = Field(primary_key=True, max_length=64)
    name: str = Field(default="", max_length=64)
    owner: str = Field(max_length=64)
    seen_at: datetime = Field(sa_type=UtcDateTime)
    gone_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
