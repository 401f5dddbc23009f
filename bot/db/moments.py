"""Moments as UtcDateTime writes them on SQLite, for statements that do without SQLAlchemy."""

from datetime import UTC, datetime
from functools import lru_cache


def sqlite_text(at: datetime) -> str:
    """As 2026-07-11 18:40:00.000000, always with all its digits."""
    return at.astimezone(UTC).replace(tzinfo=None).isoformat(" ", "microseconds")  # a sixth of strftime's time


@lru_cache(maxsize=1024)  # one broadcast's batches share their moments
def sqlite_moment(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)
