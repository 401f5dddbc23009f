"""The telephones of whoever is on duty, written ahead for the rooms below: they name the one that answers now, and know
no roster."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import pairwise

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from bot.db.turns import turn
from bot.deps import Deps
from bot.directory.lines.models import DutyLine
from bot.directory.tree import tree
from drills.duty.models import Post, Shift
from drills.duty.now import OnShift, Roster, shifts
from drills.duty.rules import rules

AHEAD = timedelta(hours=36)  # what stands written when nothing runs: then the area's own telephone is named
Span = tuple[int, datetime, datetime, str]  # area, since, until, telephone


async def anything_due(session: AsyncSession, at: datetime) -> bool:
    """Whether what is written is not what the roster says. Where no post has a telephone of its own, one small
    question."""
    own = sa.exists().where(col(Post.phone) != "", col(Post.ended_at).is_(None))
    kept = sa.exists().where(col(DutyLine.area_id).is_not(None))
    if not await session.scalar(sa.select(sa.or_(own, kept))):
        return False
    return _ahead(await _kept(session), at) != _ahead(await spans(session, at), at)


async def write_lines(deps: Deps, at: datetime) -> None:
    """As the roster stands now."""
    async with deps.begin() as session:
        await turn(session, "duty lines")
        await session.execute(sa.delete(DutyLine))
        session.add_all(
            DutyLine(area_id=area, since=since, until=until, phone=phone)
            for area, since, until, phone in await spans(session, at)
        )


async def spans(session: AsyncSession, at: datetime) -> list[Span]:
    """By area, in order: from moment to moment at which a shift begins or ends, the telephone of the desk then."""
    areas, known = await tree(session), await rules(session)
    near = (col(Shift.ends_at) > at, col(Shift.starts_at) < at + AHEAD, col(Shift.cannot_at).is_(None))
    on = await shifts(session, known, *near)
    made: defaultdict[int, list[Span]] = defaultdict(list)
    moments = sorted({at, *(m for one in on for m in (one.shift.starts_at, one.shift.ends_at) if m > at)})
    for since, until in pairwise(moments):
        for area, phone in _answering(Roster(areas, _during(on, since))).items():
            before = made[area][-1] if made[area] else None
            if before is not None and before[2:] == (since, phone):
                made[area][-1] = (area, before[1], until, phone)
            else:
                made[area].append((area, since, until, phone))
    return [span for area in sorted(made) for span in made[area]]


def _during(on: Sequence[OnShift], moment: datetime) -> list[OnShift]:
    return [one for one in on if one.shift.starts_at <= moment < one.shift.ends_at]


def _answering(then: Roster) -> dict[int, str]:
    """Of the areas that have a post of their own with somebody there and a telephone of its own."""
    found = {}
    for area in {one.post.area_id for one in then.on}:
        desk = then.near(area)
        if desk is not None and desk.post.phone:
            found[area] = desk.post.phone
    return found


async def _kept(session: AsyncSession) -> list[Span]:
    wanted = select(DutyLine).order_by(col(DutyLine.area_id), col(DutyLine.since))
    return [(one.area_id, one.since, one.until, one.phone) for one in (await session.execute(wanted)).scalars()]


def _ahead(found: Sequence[Span], at: datetime) -> list[Span]:
    """What of it is still to come, so that time alone makes no difference."""
    far = at + AHEAD / 2
    near = [span for span in found if span[1] < far and span[2] > at]
    return [(area, max(since, at), min(until, far), phone) for area, since, until, phone in near]
