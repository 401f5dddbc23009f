"""When those on duty are checked by surprise (Spot), and the periods in which that is done more often (Period)."""

from datetime import date, datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlmodel import Field

from bot.db.base import Table
from bot.db.types import UtcDateTime, words


class Spotted(StrEnum):
    due = "due"
    asked = "asked"
    nobody = "nobody"  # nobody was on duty who could be asked
    over = "over"  # nothing ran when it was due
    dropped = "dropped"  # the county has switched it off


class Spot(Table, table=True):
    """One surprise. `span` is the month or the week for which it was drawn, with all of its `number`s at once."""

    __tablename__ = "duty_spot"
    __table_args__ = (
        sa.UniqueConstraint("span", "number", name="uq_duty_spot_number"),
        sa.Index(
            "ix_duty_spot_due",
            "due_at",
            sqlite_where=sa.text("state = 'due'"),
            postgresql_where=sa.text("state = 'due'"),
        ),
    )
    id: int = Field(default=None, primary_key=True)
    span: str = Field(max_length=16)  # 2026-07, or 2026-W28 within a period
    number: int
    due_at: datetime = Field(sa_type=UtcDateTime)
    state: Spotted = Field(default=Spotted.due, sa_type=words(Spotted, 8))
    people: int = 0
    done_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class Period(Table, table=True):
    """重要时段: 国庆, 两会, 主汛期. Both days are included; it is ended, never deleted."""

    __tablename__ = "duty_period"
    id: int = Field(default=None, primary_key=True)
    name: str = Field(max_length=32)
    first: date
    last: date
    basis: str = Field(max_length=128)
    ended_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
