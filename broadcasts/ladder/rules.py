"""Which rungs an alert has: pure functions over the ladder's rows."""

from collections.abc import Iterable
from datetime import date

from broadcasts.hazards.grades import Grade
from broadcasts.ladder.models import LadderRule


def steps(rules: Iterable[LadderRule], event_code: str | None, grade: Grade | None, day: date) -> list[LadderRule]:
    """One row for each number, in their order; of several that match, the one that comes soonest."""
    mine = [rule for rule in rules if matches(rule, event_code, grade, day)]
    soonest = {rule.number: rule for rule in sorted(mine, key=lambda r: -r.after_seconds)}
    return [soonest[number] for number in sorted(soonest)]


def matches(rule: LadderRule, event_code: str | None, grade: Grade | None, day: date) -> bool:
    return (
        (not rule.hazard or (event_code or "").startswith(rule.hazard))
        and (not rule.grade or rule.grade == grade)
        and (rule.valid_from is None or rule.valid_from <= day)
        and (rule.valid_to is None or day <= rule.valid_to)
    )
