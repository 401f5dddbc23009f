"""The days that every county keeps, as a start for a form: rows with their basis."""

import csv
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cache
from importlib.resources import files
from zoneinfo import ZoneInfo

from drills.reminders.models import Topic


@dataclass(frozen=True)
class Preset:
    """`month` and `day` are None where any day may be the first."""

    name: str
    topic: Topic
    rule: str
    month: int | None
    day: int | None
    clock: time
    roles: str
    kinds: str
    text: str
    basis: str

    def starts_at(self, now: datetime, zone: ZoneInfo) -> datetime:
        """The first moment that may still come: this year's day, next year's, or tomorrow."""
        today = now.astimezone(zone).date()
        first = today + timedelta(days=1)
        if self.month and self.day:
            first = date(today.year, self.month, self.day)
            first = first if first > today else date(today.year + 1, self.month, self.day)
        return datetime.combine(first, self.clock, zone)


@cache
def presets() -> tuple[Preset, ...]:
    text = (files("drills.reminders") / "data" / "presets.csv").read_text(encoding="utf-8")
    return tuple(
        Preset(
            row["name"],
            Topic(row["topic"]),
            row["rule"],
            int(row["month"]) if row["month"] else None,
            int(row["day"]) if row["day"] else None,
            time(int(row["hour"]), int(row["minute"])),
            row["roles"].replace(";", ","),
            row["kinds"].replace(";", ","),
            row["text"],
            row["basis"],
        )
        for row in csv.DictReader(text.splitlines())
    )
