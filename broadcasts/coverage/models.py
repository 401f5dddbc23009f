"""Who was told and has answered, village by village: counters that pages read and a tick renews; and targets."""

from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Field

from bot.db.base import Table
from bot.db.types import UtcDateTime


class Coverage(Table, table=True):
    """One village (or town, or the county's own people) in one broadcast. `people` and `groups` stand in the
    directory; `inside`: the place is hit. Each of them is told, pending, unknown, failed, or named by no rule (the
    rest). `seconds` are from the sending to the first answer of each who was asked and answered, `roads` how they
    said it."""

    broadcast_id: str = Field(primary_key=True, max_length=36, foreign_key="broadcast.id")
    area_id: int = Field(primary_key=True, foreign_key="area.id")
    inside: bool
    people: int = 0
    people_told: int = 0
    people_pending: int = 0
    people_unknown: int = 0
    people_failed: int = 0
    groups: int = 0
    groups_told: int = 0
    groups_pending: int = 0
    groups_unknown: int = 0
    groups_failed: int = 0
    asked: int = 0
    answered: int = 0
    seconds: list[int] = Field(default_factory=list, sa_type=sa.JSON)
    roads: dict[str, int] = Field(default_factory=dict, sa_type=sa.JSON)


class CoverageMark(Table, table=True):
    """When a broadcast was counted last, and what its sending and its answers were then."""

    __tablename__ = "coverage_mark"
    broadcast_id: str = Field(primary_key=True, max_length=36, foreign_key="broadcast.id")
    mark: str = Field(max_length=64)
    counted_at: datetime = Field(sa_type=UtcDateTime)


class FigureTarget(Table, table=True):
    """What the county wants to reach of a figure, in per cent, and the document that says so. Never a law of ours."""

    __tablename__ = "figure_target"
    figure: str = Field(primary_key=True, max_length=24)
    percent: int
    basis: str = Field(max_length=128)
    set_by: str = Field(max_length=64)
    set_at: datetime = Field(sa_type=UtcDateTime)
