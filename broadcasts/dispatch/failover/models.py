"""After how long a road that is down or slow is left for the next one: rows with a basis."""

from datetime import date

from sqlmodel import Field

from bot.db.base import Table


class FailoverRule(Table, table=True):
    """`about` is what is said (see rules.About), empty for warnings. An empty grade means any. `after_seconds`: so
    long a road is down, or a copy on a slow one waits, until the next is tried. `slow_seconds`: calls that take longer
    make a road slow; None: it may be as slow as it likes. Of several rows that match, the soonest counts."""

    __tablename__ = "failover_rule"
    id: int = Field(default=None, primary_key=True)
    about: str = Field(default="", max_length=12, sa_column_kwargs={"server_default": ""})
    grade: str = Field(default="", max_length=8)
    after_seconds: int
    slow_seconds: int | None = None
    basis: str = Field(max_length=128)
    valid_from: date | None = None
    valid_to: date | None = None
