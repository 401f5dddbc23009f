"""Which rule says how long a road is waited for, and which outcomes speak of the road. Pure."""

from collections.abc import Iterable
from datetime import date
from enum import StrEnum

from broadcasts.dispatch.failover.models import FailoverRule
from broadcasts.hazards.grades import Grade

# Outcomes that speak of the copy: by another road it would come to the same, or nobody needs it any more.
OF_THE_COPY = (
    "content", "bug", "media", "media_refused", "expired", "cancelled", "answered", "superseded", "quiet", "too_late",
    "card_used", "recalled",
)  # fmt: skip


class About(StrEnum):
    """What is said: each kind of message follows rows of its own, and where there is none it keeps its road."""

    warning = ""  # to people and groups
    ring = "ring"  # to whoever is on duty
    reminder = "reminder"  # a rung: to the silent, to their B, to whoever goes instead
    follower = "follower"  # a warning, to whoever follows the account
    drill = "drill"
    reply = "reply"  # in a conversation
    confirm = "confirm"  # a warning to a customers' group that a member must confirm: until then it is nowhere
    service = "service"  # what somebody has to do, and what the calendar says


def rule_for(
    rules: Iterable[FailoverRule], grade: Grade | None, day: date, about: About = About.warning
) -> FailoverRule | None:
    """Of those that match, the soonest."""
    mine = [
        rule
        for rule in rules
        if rule.about == about
        and (not rule.grade or rule.grade == grade)
        and (rule.valid_from is None or rule.valid_from <= day)
        and (rule.valid_to is None or day <= rule.valid_to)
    ]
    return min(mine, key=lambda rule: (rule.after_seconds, rule.id or 0), default=None)
