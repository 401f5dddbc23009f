"""Which step is due for a village of which nothing is heard: those of the ladder of its warning, by their own moments,
and the desk in any case. Pure."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from broadcasts.alerts.models import Alert
from broadcasts.ladder.models import LadderRule, Whom
from broadcasts.ladder.rules import steps

BY_MESSAGE = frozenset({Whom.silent, Whom.desk})
# Where the ladder has no step for the desk (the first one has it for red and orange alone): whoever is told again after
# ten minutes has five more. That a village is to be moved is as urgent under any colour.
DESK = timedelta(minutes=15)


def following(rules: Iterable[LadderRule], alert: Alert, after: int, at: datetime, zone: ZoneInfo) -> LadderRule | None:
    """The step behind the number `after`; a drill rings no desk. Nobody is called by a gateway, or knocked at."""
    own = [rule for rule in rules if rule.whom in BY_MESSAGE and not rule.channel]
    mine = _with_the_desk(steps(own, alert.event_code, alert.grade, at.astimezone(zone).date()))
    return next((rule for rule in mine if rule.number > after), None)


def moment(rule: LadderRule, ordered_at: datetime) -> datetime:
    return ordered_at + timedelta(seconds=rule.after_seconds)


def _with_the_desk(mine: list[LadderRule]) -> list[LadderRule]:
    if any(rule.whom is Whom.desk for rule in mine):
        return mine
    last = max((rule.number for rule in mine), default=1)
    seconds = max([int(DESK.total_seconds()), *(rule.after_seconds for rule in mine)])
    return [*mine, LadderRule(number=last + 1, after_seconds=seconds, whom=Whom.desk, basis="")]
