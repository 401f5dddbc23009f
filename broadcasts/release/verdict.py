"""Whether an alert goes out by itself. By default it does: no warning waits for a sleeping officer."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from broadcasts.alerts.models import Alert
from broadcasts.audience.places import prefix
from broadcasts.dispatch.texts.marks import MARK
from broadcasts.release.models import ReleaseRule

STALE_MINUTES = 120  # unless a row says otherwise


class Reason(StrEnum):
    """Why something waits for a person."""

    typed_in = "typed_in"
    stale = "stale"
    superior_repeat = "superior_repeat"
    cancel_unknown = "cancel_unknown"
    cancel_older = "cancel_older"  # it was said before what is in force in its thread
    cancel_over = "cancel_over"  # what it ends is known here, and nothing of it is in force
    own_rule = "own_rule"
    drill_words = "drill_words"  # it says 【演练】 and claims to be real: nobody lets it out as it is
    unread = "unread"
    contradiction = "contradiction"
    feed_silent = "feed_silent"
    asked = "asked"  # it went out; the officer is asked afterwards, once
    help = "help"  # 3 需要支援
    twin = "twin"  # it went out, and may be what another source has brought under another number
    not_sent = "not_sent"  # an update was over before it was read, or names our places no longer
    idle = "idle"  # the platform is about to switch off our application, or has
    cannot = "cannot"  # 2 去不了, and nobody else there could go
    plea = "plea"  # 被困、失联、伤亡、起火, from anyone
    silent = "silent"  # people have not answered: the desk telephones
    knock = "knock"  # a door is still closed, or nobody can be sent to it
    evacuation = "evacuation"  # somebody does not want to be moved, or nothing is heard of a village
    binding = "binding"  # somebody says who they are
    report = "report"  # something happened, and a village has reported it
    grave = "grave"  # 特别重大: officer and leader at once
    mass = "mass"  # a mass send waits for a second person's word
    broken = "broken"  # something of ours holds up warnings (broadcasts/watch)


@dataclass(frozen=True)
class Question:
    """All that the verdict rests on. `replaces` is what the alert's references found here."""

    alert: Alert
    replaces: Sequence[Alert]
    in_force: Sequence[Alert]  # issued alerts of the same hazard
    regions: Sequence[str]  # the codes of our roots
    at: datetime
    day: date
    confirmed: bool = False  # an officer has just confirmed what was typed in
    newer: bool = False  # what was said after it is in force in its thread


def verdict(question: Question, rules: Iterable[ReleaseRule]) -> Reason | None:
    """Why the alert is held, or None: it goes out."""
    alert = question.alert
    mine = [rule for rule in rules if _matches(rule, alert, question.day)]
    if question.confirmed:
        return None
    if MARK in f"{alert.event}{alert.headline}{alert.content}":
        return Reason.drill_words
    if alert.typed_in:
        return Reason.typed_in
    if any(rule.hold for rule in mine):
        return Reason.own_rule
    minutes = next((r.stale_minutes for r in mine if r.stale_minutes is not None), STALE_MINUTES)
    if question.at - alert.sent > timedelta(minutes=minutes):
        return Reason.stale
    if alert.msg_type == "Cancel" and not question.replaces:
        return _ends_nothing(question)
    if alert.msg_type == "Alert" and _repeats(question):
        return Reason.superior_repeat
    return None


def _ends_nothing(question: Question) -> Reason:
    """An all-clear of what was never here, or one that came out of order: it has joined the thread of what it names."""
    if question.alert.thread == question.alert.uid:
        return Reason.cancel_unknown
    return Reason.cancel_older if question.newer else Reason.cancel_over


def _repeats(question: Question) -> bool:
    """A superior station repeats what our own has in force: same hazard, no more severe."""
    alert = question.alert
    if not _superior(alert, question.regions):
        return False
    return any(
        not _superior(old, question.regions) and old.grade and alert.grade and old.grade.rank <= alert.grade.rank
        for old in question.in_force
    )


def _superior(alert: Alert, regions: Sequence[str]) -> bool:
    if not alert.national:
        return False
    own = prefix(alert.identifier[:6] + "000000")
    return any(len(own) < len(prefix(code)) and prefix(code).startswith(own) for code in regions)


def _matches(rule: ReleaseRule, alert: Alert, day: date) -> bool:
    return (
        (not rule.hazard or (alert.event_code or "").startswith(rule.hazard))
        and (not rule.grade or rule.grade == alert.grade)
        and (not rule.sender or rule.sender in {alert.sender, alert.sender_name})
        and (rule.valid_from is None or rule.valid_from <= day)
        and (rule.valid_to is None or day <= rule.valid_to)
    )
