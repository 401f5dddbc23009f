"""Drawing the moments of surprises: days by lot, a minute by lot, never one at which every system sends. Pure."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from random import Random
from zoneinfo import ZoneInfo

from drills.duty.spots.models import Period
from drills.reminders.recurrence import CROWDED

WEEK = 7
MINUTES = [minute for minute in range(24 * 60) if minute % 60 not in CROWDED]


@dataclass(frozen=True)
class Span:
    """A month's ordinary days, or a week's days of important periods, as far as they are still to come; `whole` is how
    many the span has in all."""

    name: str
    days: Sequence[date]
    whole: int
    times: int

    @property
    def count(self) -> int:
        """As much of `times` as is left of the span, at least one."""
        return max(1, round(self.times * len(self.days) / self.whole)) if self.times and self.days else 0


def spans(today: date, periods: Collection[Period], numbers: Mapping[str, int]) -> list[Span]:
    """Of this month and of this week. What is drawn begins tomorrow: nobody is surprised by the switching on."""
    after = [day for day in _month(today) if day > today and not _important(day, periods)]
    ordinary = [day for day in _month(today) if not _important(day, periods)]
    monday = today - timedelta(days=today.weekday())
    week = [day for n in range(WEEK) if _important(day := monday + timedelta(days=n), periods)]
    year, number, _ = today.isocalendar()
    found = [
        Span(f"{today:%Y-%m}", after, len(ordinary), numbers["spot_month"]),
        Span(f"{year}-W{number:02}", [day for day in week if day > today], WEEK, numbers["spot_week"]),
    ]
    return [span for span in found if span.count]


def moments(span: Span, zone: ZoneInfo, dice: Random) -> list[datetime]:
    """On as many different days as there are, in order."""
    days = list(span.days)
    chosen = [*dice.sample(days, min(span.count, len(days))), *dice.choices(days, k=max(0, span.count - len(days)))]
    drawn = (divmod(dice.choice(MINUTES), 60) for _ in chosen)
    return sorted(
        datetime.combine(day, time(hour, minute, dice.randrange(60)), zone)
        for day, (hour, minute) in zip(chosen, drawn, strict=True)
    )


def _month(today: date) -> list[date]:
    first = today.replace(day=1)
    following = (first + timedelta(days=32)).replace(day=1)
    return [first + timedelta(days=n) for n in range((following - first).days)]


def _important(day: date, periods: Collection[Period]) -> bool:
    return any(one.first <= day <= one.last for one in periods)
