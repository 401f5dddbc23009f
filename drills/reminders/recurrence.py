"""When a reminder comes back: RFC 5545 in the county's own time. Pure."""

import re
from calendar import monthrange
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from dateutil.rrule import rrulestr

from bot.errors import SignalTreeError

LEAP = 2024
FAR = timedelta(days=366 * 10)
OFTEN, LOOKED = timedelta(minutes=10), 30  # nothing comes back faster, in so many moments
QUIET_FROM, QUIET_TO = time(21, 30), time(7, 10)
ONE_RULE = re.compile(r"(RRULE:)?(?=[A-Z0-9=;,+-]*FREQ=(DAILY|WEEKLY|MONTHLY|YEARLY))[A-Z0-9=;,+-]+")
CROWDED = frozenset({0, 30})  # minutes at which every system of the country sends


class NoSuchRule(SignalTreeError):
    """重复的写法不对，请用 RFC 5545 的写法，例如 FREQ=YEARLY;BYMONTH=5;BYMONTHDAY=12："""


class NeverComes(SignalTreeError):
    """按这样写，十年里一次也不会到。请检查日期："""


class TooOften(SignalTreeError):
    """太密了，两次之间至少隔 10 分钟："""


def checked(rule: str, starts_at: datetime, zone: ZoneInfo, at: datetime) -> datetime:
    """The first moment from `at` on. Raises NoSuchRule, NeverComes, TooOften."""
    first = following(rule, starts_at, zone, at - timedelta(microseconds=1))
    if first is None:
        raise NeverComes(rule or f"{starts_at.astimezone(zone):%Y-%m-%d %H:%M}")
    before, after = first, following(rule, starts_at, zone, first)
    for _ in range(LOOKED):
        if after is None:
            break
        if after - before < OFTEN:
            raise TooOften(rule)
        before, after = after, following(rule, starts_at, zone, after)
    return first


def following(rule: str, starts_at: datetime, zone: ZoneInfo, after: datetime) -> datetime | None:
    """The next moment later than `after`, in UTC; None where none comes within ten years."""
    if not rule:
        return starts_at if starts_at > after else None
    begins, since = (moment.astimezone(zone).replace(tzinfo=None) for moment in (starts_at, after))
    try:
        local = _next(rule, begins.replace(microsecond=0), since)
    except (ValueError, KeyError, AttributeError, TypeError) as error:
        raise NoSuchRule(rule) from error
    return local.replace(tzinfo=zone).astimezone(UTC) if local else None


def _next(rule: str, begins: datetime, since: datetime) -> datetime | None:
    """Within ten years, so that a rule which never comes is found out soon. What comes back by the hour or faster, and
    a text of several rules, is refused."""
    if not ONE_RULE.fullmatch(rule.upper()):
        raise ValueError(rule)
    if _impossible(rule.upper()):
        return None
    found = rrulestr(rule, dtstart=begins)
    far, count = max(since, begins) + FAR, found._count
    until = min(far, found._until) if found._until else far
    for number, local in enumerate(found.replace(count=None, until=until)):
        if count is not None and number >= count:
            return None
        if local > since:
            return datetime.fromisoformat(local.isoformat())
    return None


def _impossible(rule: str) -> bool:
    """A day that none of its months has: the library would look for it up to the year 9999."""
    parts = dict(part.split("=", 1) for part in rule.removeprefix("RRULE:").split(";") if "=" in part)
    days = [abs(int(day)) for day in parts.get("BYMONTHDAY", "").split(",") if day]
    months = [int(month) for month in parts.get("BYMONTH", "").split(",") if month] or [1]
    return bool(days) and all(day > monthrange(LEAP, month)[1] for day in days for month in months)


def polite(moment: datetime, zone: ZoneInfo, *, must_act: bool) -> datetime:
    """The moment itself, just past a full or half hour; in quiet hours the next morning, unless someone must act."""
    local = moment.astimezone(zone)
    if not must_act:
        if local.time() >= QUIET_FROM:
            local = (local + timedelta(days=1)).replace(hour=QUIET_TO.hour, minute=QUIET_TO.minute, second=0)
        elif local.time() < QUIET_TO:
            local = local.replace(hour=QUIET_TO.hour, minute=QUIET_TO.minute, second=0)
    return local + timedelta(minutes=3) if local.minute in CROWDED else local
