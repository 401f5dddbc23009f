"""Which telephone answers for an area in a span of time, where that is another than the area's own."""

from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Field

from bot.db.base import Table
from bot.db.types import UtcDateTime


class DutyLine(Table, table=True):
    """From `since` to `until`, that moment not included. The calendar above writes them ahead from its roster; whoever
    names a duty phone reads them here, and needs to know no calendar."""

    __tablename__ = "duty_line"
    __table_args__ = (sa.Index("ix_duty_line_until", "until"),)
    area_id: int = Field(primary_key=True, foreign_key="area.id")
    since: datetime = Field(primary_key=True, sa_type=UtcDateTime)
    until: datetime = Field(sa_type=UtcDateTime)
    phone: str = Field(max_length=32)
