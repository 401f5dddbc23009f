"""Shifts of a pattern: for each day its slots by the workday table, filled from a turn of people."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from bot.directory.models import Person
from bot.errors import SignalTreeError
from drills.duty.models import ShiftPattern
from drills.duty.rosters.planned import Plan, Proposed
from drills.duty.rosters.workdays import Workdays

MOST = 92  # days at once


class TooLong(SignalTreeError):
    """一次最多排 92 天。"""


class Backwards(SignalTreeError):
    """止的那天在起的那天之前。"""


@dataclass(frozen=True)
class Slot:
    """A shift that somebody has to have. `day` is the local day on which it begins."""

    day: date
    name: str
    role: str
    starts_at: datetime
    ends_at: datetime


def slots(patterns: Sequence[ShiftPattern], days: Workdays, first: date, last: date, zone: ZoneInfo) -> Iterator[Slot]:
    """In the order of time. Raises NoTable for a year whose days off nobody has told us, TooLong, Backwards."""
    if last < first:
        raise Backwards
    if (last - first).days >= MOST:
        raise TooLong
    for number in range((last - first).days + 1):
        day = first + timedelta(days=number)
        kind = days.kind(day)
        for pattern in sorted((p for p in patterns if p.day == kind and holds(p, day)), key=lambda p: p.starts):
            starts = datetime.combine(day, pattern.starts, zone)
            following = day + timedelta(days=1) if pattern.ends <= pattern.starts else day
            ends = datetime.combine(following, pattern.ends, zone)
            for role in filter(None, pattern.roles.split(",")):
                yield Slot(day, pattern.name, role, starts, ends)


def holds(pattern: ShiftPattern, day: date) -> bool:
    """Whether the pattern counts on this day."""
    return (pattern.valid_from is None or pattern.valid_from <= day) and (
        pattern.valid_to is None or day <= pattern.valid_to
    )


def fill(wanted: Sequence[Slot], turns: Mapping[str, Sequence[Person]], area_id: int, post_name: str) -> Plan:
    """Each role's people one after the other, slot by slot. A role without people leaves its slots open."""
    plan, used = Plan(len(wanted)), dict.fromkeys(turns, 0)
    for number, slot in enumerate(wanted, 1):
        people = turns.get(slot.role, ())
        if people:
            person = people[used[slot.role] % len(people)]
            used[slot.role] += 1
            plan.proposed.append(
                Proposed(number, "", post_name, area_id, slot.role, person, slot.starts_at, slot.ends_at)
            )
    return plan
