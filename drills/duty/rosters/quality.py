"""What is wrong with a roster, said before it is saved: slots that nobody has, people who have too much. Pure."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from drills.duty.rosters.pattern import Slot
from drills.duty.rules import Rules

WEEK = timedelta(days=7)


@dataclass(frozen=True)
class Turn:
    """One shift as it is weighed: there already or proposed."""

    person: str
    person_id: int
    post: str
    area_id: int
    role: str
    starts_at: datetime
    ends_at: datetime


def gaps(wanted: Iterable[Slot], turns: Sequence[Turn], known: Rules, zone: ZoneInfo) -> list[str]:
    """Slots in which for some minute nobody of the kind (staff, leader) is there."""
    missing = []
    for slot in wanted:
        leads = known.leads(slot.role)
        here = [t for t in turns if known.leads(t.role) is leads]
        if not _covered(slot, here):
            missing.append(f"{slot.starts_at.astimezone(zone):%m月%d日 %H:%M} {slot.name}：没有人{slot.role}")
    return list(dict.fromkeys(missing))


def _covered(slot: Slot, turns: Sequence[Turn]) -> bool:
    """Whether the shifts lie over the slot end to end."""
    upto = slot.starts_at
    for turn in sorted(turns, key=lambda t: t.starts_at):
        if turn.starts_at <= upto < turn.ends_at:
            upto = turn.ends_at
    return upto >= slot.ends_at


def overloads(turns: Iterable[Turn], known: Rules, zone: ZoneInfo) -> list[str]:
    """People without rest between two shifts, or with too many in seven days."""
    mine: defaultdict[int, list[Turn]] = defaultdict(list)
    for turn in turns:
        mine[turn.person_id].append(turn)
    found = []
    for several in mine.values():
        ordered = sorted(several, key=lambda t: t.starts_at)
        found += _restless(ordered, known.numbers["rest_hours"], zone)
        found += _crowded(ordered, known.numbers["week_shifts"], zone)
    return found


def _restless(ordered: Sequence[Turn], hours: int, zone: ZoneInfo) -> list[str]:
    rest = timedelta(hours=hours)
    return [
        f"{before.person}：{before.ends_at.astimezone(zone):%m月%d日 %H:%M}下班，不到 {hours} 小时又上班"
        for before, after in pairwise(ordered)
        if after.starts_at - before.ends_at < rest
    ]


def _crowded(ordered: Sequence[Turn], most: int, zone: ZoneInfo) -> list[str]:
    """Said once for each seven days that have too many."""
    found, said_until = [], None
    for turn in ordered:
        count = sum(turn.starts_at <= other.starts_at < turn.starts_at + WEEK for other in ordered)
        if count > most and (said_until is None or turn.starts_at >= said_until):
            since = f"{turn.starts_at.astimezone(zone):%m月%d日}"
            found.append(f"{turn.person}：{since}起七天里有 {count} 个班，多于 {most} 个")
            said_until = turn.starts_at + WEEK
    return found
