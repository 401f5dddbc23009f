"""A roster before it is saved: what is refused, which slots nobody has, who has too much."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from bot.directory.tree import tree
from bot.vault import Vault
from drills.duty.models import Shift
from drills.duty.now import posts, shifts
from drills.duty.rosters.pattern import MOST, slots
from drills.duty.rosters.people import known_people
from drills.duty.rosters.planned import Plan, weigh
from drills.duty.rosters.quality import WEEK, Turn, gaps, overloads
from drills.duty.rosters.sheets import Directory
from drills.duty.rosters.workdays import NoTable, workdays
from drills.duty.rules import Rules, rules


@dataclass(frozen=True)
class Looked:
    """`unknown` says why gaps could not be looked for; empty where they were."""

    plan: Plan
    gaps: Sequence[str]
    overloads: Sequence[str]
    unknown: str = ""


async def directory(session: AsyncSession, vault: Vault, inside: int | None) -> Directory:
    """What the cells of a roster may name, for a caller of this part of the county."""
    areas = await tree(session)
    mine = frozenset(node.id for node in areas.below(inside)) if inside is not None else None
    return Directory(areas, await posts(session), await known_people(session), await rules(session), vault, mine)


async def look(session: AsyncSession, plan: Plan, zone: ZoneInfo) -> Looked:
    """Weigh the plan, and see what the posts would have with it."""
    await weigh(session, plan, zone)
    known = await rules(session)
    if not plan.proposed:
        return Looked(plan, [], [])
    turns = await _turns(session, plan, known)
    people = {one.person.id for one in plan.proposed}
    heavy = overloads([turn for turn in turns if turn.person_id in people], known, zone)
    try:
        return Looked(plan, await _gaps(session, plan, turns, known, zone), heavy)
    except NoTable as error:
        return Looked(plan, [], heavy, str(error))


async def _gaps(session: AsyncSession, plan: Plan, turns: Sequence[Turn], known: Rules, zone: ZoneInfo) -> list[str]:
    """From the first day to the last, post by post."""
    days, found = await workdays(session), list[str]()
    for area_id, name in dict.fromkeys((p.area_id, p.post_name) for p in plan.proposed):
        mine = [p for p in plan.proposed if (p.area_id, p.post_name) == (area_id, name)]
        first = min(p.starts_at for p in mine).astimezone(zone).date()
        last = max(p.starts_at for p in mine).astimezone(zone).date()
        wanted = slots(known.patterns, days, first, min(last, first + timedelta(days=MOST - 1)), zone)
        here = [turn for turn in turns if (turn.area_id, turn.post) == (area_id, name)]
        found += [f"{name} {line}" for line in gaps(wanted, here, known, zone)]
    return found


async def _turns(session: AsyncSession, plan: Plan, known: Rules) -> list[Turn]:
    """What stands a week around, and what is proposed."""
    first, last = min(p.starts_at for p in plan.proposed), max(p.ends_at for p in plan.proposed)
    near = (col(Shift.starts_at) < last + WEEK, col(Shift.ends_at) > first - WEEK, col(Shift.cannot_at).is_(None))
    standing = [
        Turn(o.person.name, o.person.id, o.post.name, o.post.area_id, o.shift.role, o.shift.starts_at, o.shift.ends_at)
        for o in await shifts(session, known, *near)
    ]
    return standing + [
        Turn(p.person.name, p.person.id, p.post_name, p.area_id, p.role, p.starts_at, p.ends_at) for p in plan.proposed
    ]
