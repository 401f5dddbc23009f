"""Who wrote a drill's plan, what became of its approval, and which drills a county lets go without one."""

from datetime import date, datetime
from enum import StrEnum

from sqlmodel import Field

from bot.db.base import Table
from bot.db.types import UtcDateTime, words


class Act(StrEnum):
    handed_in = "handed_in"
    approved = "approved"
    returned = "returned"  # with a word
    lapsed = "lapsed"  # it was taken back to be changed: what had been approved is no longer
    spared = "spared"  # the word is the row's basis


class DrillWriter(Table, table=True):
    """An actor who wrote the plan or changed it, its script or its participants: never the one to approve it."""

    __tablename__ = "drill_writer"
    drill_id: int = Field(primary_key=True, foreign_key="drill.id")
    actor: str = Field(primary_key=True, max_length=80)


class DrillApproval(Table, table=True):
    """One step of an approval; only ever added. An approval names the hand-in that was read by its number."""

    __tablename__ = "drill_approval"
    id: int = Field(default=None, primary_key=True)
    drill_id: int = Field(foreign_key="drill.id", index=True)
    act: Act = Field(sa_type=words(Act, 12))
    by: str = Field(max_length=80)
    at: datetime = Field(sa_type=UtcDateTime)
    word: str = Field(default="", max_length=255)


class DrillWaiver(Table, table=True):
    """Drills of this form and on this road (empty: any), with no more participants than `most` (None: any number), need
    no approval by this paper. None stands there until the county writes one; rows are ended, never deleted."""

    __tablename__ = "drill_waiver"
    id: int = Field(default=None, primary_key=True)
    form: str = Field(default="", max_length=8)
    road: str = Field(default="", max_length=8)
    most: int | None = None
    basis: str = Field(max_length=128)
    source: str = Field(max_length=80)
    valid_from: date | None = None
    valid_to: date | None = None
