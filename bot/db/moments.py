"""Moments as UtcDateTime writes them on SQLite, for statements that do without SQLAlchemy."""

from datetime import UTC, datetime
from functools import lru_cache

SQLITE_FORMAT = "%Y-%m-%d %H:%M:%S.%f"


def sqlite_text(at: datetime) -> str:
    return at.astimezone(UTC).strftime(SQLITE_FORMAT)


@lru_cache(maxsize=1024)  # one broadcast's batches share their moments
def sqlite_moment(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)
