"""Moments as UtcDateTime writes them on SQLite, for statements that do without SQLAlchemy."""

from datetime import UTC, datetime

SQLITE_FORMAT = "%Y-%m-%d %H:%M:%S.%f"


def sqlite_text(at: datetime) -> str:
    return at.astimezone(UTC).strftime(SQLITE_FORMAT)


def sqlite_moment(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)
