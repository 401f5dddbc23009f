"""Which step is due for a village of which nothing is heard: those of the ladder of its warning, by their own moments.
Pure."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from broadcasts.alerts.models import Alert
from broadcasts.ladder.models import LadderRule, Whom
from broadcasts.ladder.rules import steps

BY_MESSAGE = frozenset({Whom.silent, Whom.desk})


def following(rules: Iterable[LadderRule], alert: Alert, after: int, at: datetime, zone: ZoneInfo) -> LadderRule | None:
    """The step behind the number `after`; a drill rings no desk. Nobody is called by a gateway, or knocked at."""
    own = [rule for rule in rules if rule.whom in BY_MESSAGE and not rule.channel]
    mine = steps(own, alert.event_code, alert.grade, at.astimezone(zone).date())
    return next((rule for rule in mine if rule.number > after), None)


def moment(rule: LadderRule, ordered_at: datetime) -> datetime:
    return ordered_at + timedelta(seconds=rule.after_seconds)
