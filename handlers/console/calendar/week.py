"""What the page of a week of duty shows: its days, who is on duty now for each place, what came of spot checks."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from aiohttp import web
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from bot.deps import DEPS
from bot.directory.models import Person
from drills.duty.models import PENDING, Check, Post, Shift, Swap
from drills.duty.now import OnShift, Roster, shifts
from drills.duty.rosters.workdays import NoTable, workdays
from drills.duty.rules import rules
from drills.duty.swaps.listed import Change, changes
from handlers.console.scope import Scope

DAYS = 7
SOON = timedelta(days=45)  # a year that comes so soon should have its table of days off
WEEKDAYS = "一二三四五六日"


@dataclass(frozen=True)
class Day:
    """One day of the calendar. `kind` is 休 or 班 where the table says something else than the weekday."""

    day: date
    weekday: str
    kind: str
    today: bool
    shifts: Sequence[OnShift]


@dataclass(frozen=True)
class Line:
    """One line of the printed roster: everybody who has the same hours at a post."""

    post: Post
    starts_at: datetime
    ends_at: datetime
    staff: Sequence[OnShift]
    leaders: Sequence[OnShift]


@dataclass(frozen=True)
class Nearest:
    """Who answers for a place now. `people` is None where it is a desk beyond the caller's own part."""

    place: str
    post: str
    people: Sequence[OnShift] | None
    phone: str


def week_of(request: web.Request, today: date) -> date:
    """The Monday."""
    try:
        asked = date.fromisoformat(request.query.get("week", ""))
    except ValueError:
        asked = today
    asked = asked if date(2000, 1, 8) < asked < date(2199, 12, 1) else today
    return asked - timedelta(days=asked.weekday())


async def days_of(session: AsyncSession, request: web.Request, week: date, post_ids: list[int]) -> list[Day]:
    deps = request.app[DEPS]
    zone, today = deps.settings.zone, deps.clock.now().astimezone(deps.settings.zone).date()
    first = datetime(week.year, week.month, week.day, tzinfo=zone)
    when = (col(Shift.starts_at) >= first, col(Shift.starts_at) < first + timedelta(days=DAYS))
    found = await shifts(session, await rules(session), col(Shift.post_id).in_(post_ids), *when)
    table, days = await workdays(session), []
    for number in range(DAYS):
        day = week + timedelta(days=number)
        try:
            kind = {"off": "休", "work": "班"}[table.kind(day)] if table.name(day) else ""
        except NoTable:
            kind = ""
        mine = [one for one in found if one.shift.starts_at.astimezone(zone).date() == day]
        days.append(Day(day, WEEKDAYS[number], f"{kind}{table.name(day)}", day == today, mine))
    return days


def printed(day: Day) -> list[Line]:
    """The day's shifts as an office prints them: who said that she cannot come is left out, so that a hand may write
    in who comes."""
    together: dict[tuple[datetime, datetime, int], list[OnShift]] = {}
    for one in day.shifts:
        together.setdefault((one.shift.starts_at, one.shift.ends_at, one.post.id), []).append(one)
    lines = []
    for (starts, ends, _), several in sorted(together.items()):
        coming = [one for one in several if one.shift.cannot_at is None]
        staff, leaders = ([o for o in coming if o.leads is leading] for leading in (False, True))
        lines.append(Line(several[0].post, starts, ends, staff, leaders))
    return lines


async def changing_of(session: AsyncSession, post_ids: list[int]) -> dict[int, Change]:
    """Shifts of these posts that are about to change hands."""
    found = await changes(session, col(Swap.state).in_(PENDING), col(Post.id).in_(post_ids), most=200)
    return {shift.id: one for one in reversed(found) for shift in (one.shift, one.back) if shift is not None}


def nearest(mine: Scope, on: Roster) -> list[Nearest]:
    """For the caller's own area and each place one below it."""
    tops = [mine.areas.nodes[mine.area_id]] if mine.area_id is not None else mine.areas.roots
    below, found = {top.id for top in tops}, list[Nearest]()
    for node in (*tops, *(node for node in mine.areas.nodes.values() if node.parent_id in below)):
        desk = on.near(node.id)
        people = desk.people if desk and mine.holds(desk.post.area_id) else None
        phone = desk.phone if desk else mine.areas.duty_phone(node.id)
        found.append(Nearest(node.name, desk.post.name if desk else "", people, phone))
    return found


async def missing_year(session: AsyncSession, week: date, today: date) -> int | None:
    """The year of the week that is shown, or that comes soon, whose days off nobody has told us."""
    known = (await workdays(session)).years
    wanted = {(week + timedelta(days=DAYS - 1)).year, (today + SOON).year}
    return next((year for year in sorted(wanted) if year >= today.year and year not in known), None)


def results(made: Sequence[tuple[Check, Post, Person, int]], now: datetime) -> dict[str, int]:
    """What came of the spot checks that are shown."""
    said = Counter(
        ("late" if late else "present") if check.answered_at else "absent" if check.deadline <= now else "waiting"
        for check, _, _, late in made
    )
    return {name: said[name] for name in ("present", "late", "absent", "waiting")}
