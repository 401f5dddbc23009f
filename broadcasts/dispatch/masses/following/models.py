"""What follows a mass send: what is owed and not yet planned, and a county's own rows about it."""

from datetime import date

import sqlalchemy as sa
from sqlmodel import Field

from bot.db.base import Table


class MassRule(Table, table=True):
    """What happens where something replaces what went out as a mass send. An empty grade or message means any; the
    grade is the graver one of both. `alone`: it leaves without being asked for, of red only. `pointers`: so many who
    have had the month's four are told by a template at the most; of more none is."""

    __tablename__ = "mass_rule"
    id: int = Field(default=None, primary_key=True)
    grade: str = Field(default="", max_length=8)
    message: str = Field(default="", max_length=12)  # update or all-clear
    alone: bool = False
    pointers: int = 0
    basis: str = Field(max_length=128)
    valid_from: date | None = None
    valid_to: date | None = None


class MassOwed(Table, table=True):
    """This broadcast takes the place of what went out as a mass send, or waited to: `waited` are the asks that waited
    no longer then."""

    __tablename__ = "mass_owed"
    broadcast_id: str = Field(primary_key=True, max_length=36, foreign_key="broadcast.id")
    waited: list[int] = Field(sa_type=sa.JSON)
