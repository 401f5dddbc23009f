"""Which rows of the audience rules match, and how loudly: pure functions over rows."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from broadcasts.audience.models import AudienceRule
from broadcasts.hazards.grades import Grade

ALERT, ALL_CLEAR = "alert", "all-clear"


@dataclass(frozen=True, slots=True)
class Occasion:
    """What is said, as the rules ask for it. `hour` is local, 0 to 23; `day` the local date."""

    message: str
    event_code: str | None
    grade: Grade | None
    hour: int
    day: date


def matching(rules: Iterable[AudienceRule], occasion: Occasion) -> list[AudienceRule]:
    """The rows that match, whoever they speak of."""
    return [rule for rule in rules if _matches(rule, occasion)]


def mode_for(rules: Sequence[AudienceRule], roles: Collection[str], tags: frozenset[str]) -> AudienceRule | None:
    """Of the matching rows that speak of one of these roles here, the one with the most urgent mode."""
    mine = [r for r in rules if (not r.role or r.role in roles) and (not r.tag or r.tag in tags)]
    return min(mine, key=lambda r: r.mode.rank, default=None)


def _matches(rule: AudienceRule, occasion: Occasion) -> bool:
    return (
        rule.message == occasion.message
        and (not rule.hazard or (occasion.event_code or "").startswith(rule.hazard))
        and (not rule.grade or rule.grade == occasion.grade)
        and (not rule.hours or _within(rule.hours, occasion.hour))
        and (rule.valid_from is None or rule.valid_from <= occasion.day)
        and (rule.valid_to is None or occasion.day <= rule.valid_to)
    )


def _within(hours: str, hour: int) -> bool:
    """`22-07`: from ten in the evening until before seven."""
    start, end = (int(part) for part in hours.split("-"))
    return start <= hour < end if start < end else hour >= start or hour < end
