"""Reads times as the forms write them; every result is aware, and has a place in UTC."""

import re
from datetime import UTC, datetime, timedelta, timezone
from typing import Final

CHINA: Final = timezone(timedelta(hours=8), "+08:00")
LOOSE = re.compile(
    r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})[T ]+(\d{1,2}):(\d{1,2})(?::(\d{1,2})(?:\.\d+)?)?\s*(Z|[+-]\d\d:?\d\d)?"
)


def cap(text: str) -> datetime | None:
    """CAP's form, `YYYY-MM-DDThh:mm:ss+hh:mm`; XML lets a day end at 24:00:00."""
    midnight = text.endswith("24:00:00", 0, 19)
    try:
        found = datetime.fromisoformat(text.replace("T24:", "T00:", 1) if midnight else text)
        return placed(found + timedelta(days=midnight))
    except (ValueError, OverflowError):
        return None


def china(text: str) -> datetime | None:
    """The forms of Chinese platforms: a blank or T, - or / between, seconds or none, +08:00 where no zone is given."""
    match = LOOSE.fullmatch(text.strip())
    if not match:
        return None
    *numbers, zone = match.groups()
    try:
        year, month, day, hour, minute, second = (int(number or 0) for number in numbers)
        return placed(datetime(year, month, day, hour, minute, second, tzinfo=_zone(zone)))
    except (ValueError, OverflowError):
        return None


def placed(at: datetime) -> datetime | None:
    """`at` where it is aware and can be told in UTC."""
    if at.tzinfo is None:
        return None
    at.astimezone(UTC)
    return at


def _zone(text: str | None) -> timezone:
    if text is None:
        return CHINA
    if text == "Z":
        return UTC
    sign = -1 if text.startswith("-") else 1
    return timezone(sign * timedelta(hours=int(text[1:3]), minutes=int(text[-2:])))
