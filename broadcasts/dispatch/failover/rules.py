"""Which rule says how long a road is waited for, and which outcomes speak of the road. Pure."""

from collections.abc import Iterable
from datetime import date

from broadcasts.dispatch.failover.models import FailoverRule
from broadcasts.hazards.grades import Grade

# Outcomes that speak of the copy: by another road it would come to the same, or nobody needs it any more.
OF_THE_COPY = (
    "content", "bug", "media", "expired", "cancelled", "answered", "superseded", "quiet", "too_late", "card_used",
    "recalled",
)  # fmt: skip


def rule_for(rules: Iterable[FailoverRule], grade: Grade | None, day: date) -> FailoverRule | None:
    """Of those that match, the soonest."""
    mine = [
        rule
        for rule in rules
        if (not rule.grade or rule.grade == grade)
        and (rule.valid_from is None or rule.valid_from <= day)
        and (rule.valid_to is None or day <= rule.valid_to)
    ]
    return min(mine, key=lambda rule: (rule.after_seconds, rule.id or 0), default=None)
