"""抄送: which department is told of what was confirmed (CopyRule), and what it was told (ReportCopy)."""

from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Field

from bot.db.base import Table
from bot.db.types import UtcDateTime


class CopyRule(Table, table=True):
    """One named person of a department. Empty means any. None is shipped; the county writes and ends its own, each with
    its paper."""

    __tablename__ = "report_copy_rule"
    id: int = Field(default=None, primary_key=True)
    kind: str = Field(default="", max_length=12)
    hazard: str = Field(default="", max_length=8)  # a code or its beginning
    unit: str = Field(max_length=64)
    person_id: int = Field(foreign_key="person.id", index=True)
    basis: str = Field(max_length=128)
    active: bool = True


class ReportCopy(Table, table=True):
    """Whom one report was copied to, once each. Without `broadcast_id` no road led there, and somebody has to
    telephone."""

    __tablename__ = "report_copy"
    __table_args__ = (sa.UniqueConstraint("report_id", "person_id", name="uq_report_copy_person"),)
    id: int = Field(default=None, primary_key=True)
    report_id: int = Field(foreign_key="report.id")
    person_id: int = Field(foreign_key="person.id", index=True)
    rule_id: int = Field(foreign_key="report_copy_rule.id")
    broadcast_id: str = Field(default="", max_length=36)
    at: datetime = Field(sa_type=UtcDateTime)
