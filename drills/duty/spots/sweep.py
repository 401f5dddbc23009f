"""不定时抽查 and 重点督查: surprises as rows, drawn for a month or a week at once; when one is due, some of those on
duty are asked whether they are there. Off until the county's own row, with its basis, switches it on."""

from collections.abc import Collection, Sequence
from datetime import datetime, time, timedelta
from functools import partial
from random import Random
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from bot.config import Settings
from bot.db.turns import turn
from bot.deps import Deps
from bot.record.entries import record
from bot.sweeps.each import each
from drills.duty.checks import Asked, NobodyOn, ask, drawn
from drills.duty.models import Check
from drills.duty.now import OnShift, roster
from drills.duty.rules import Rules, rules
from drills.duty.spots.drawn import Span, moments, spans
from drills.duty.spots.models import Period, Spot, Spotted
from drills.reminders.audience import Heard

BY = "system"
WORTH = timedelta(minutes=30)  # found later than this, it is over: the present is checked, not the past
NIGHT_FROM, NIGHT_TO = time(21, 30), time(7, 10)  # who leads is then on call at home, and not woken for a check


async def anything_due(session: AsyncSession, at: datetime, zone: ZoneInfo) -> bool:
    """Whether one is due, some have to be drawn, or are no longer wanted."""
    if (await session.execute(select(Spot.id).where(*_due(at)).limit(1))).first() is not None:
        return True
    known = await rules(session)
    return bool(await _lacking(session, known, at, zone) or await _needless(session, known))


async def sweep_spots(deps: Deps, heard: Heard, dice: Random, at: datetime) -> int:
    """How many people were asked."""
    async with deps.begin() as session:
        await turn(session, "spots")
        await _draw(session, await rules(session), deps.settings.zone, dice, at)
    async with deps.read() as session:
        due = (await session.execute(select(Spot.id).where(*_due(at)).order_by(col(Spot.id)))).scalars().all()
    one = partial(_ask, settings=deps.settings, heard=heard, dice=dice, at=at)
    return await each(deps, "duty.spot", due, one, at)


async def periods(session: AsyncSession) -> Sequence[Period]:
    """Those that stand."""
    wanted = select(Period).where(col(Period.ended_at).is_(None)).order_by(col(Period.first), col(Period.id))
    return (await session.execute(wanted)).scalars().all()


async def _draw(session: AsyncSession, known: Rules, zone: ZoneInfo, dice: Random, at: datetime) -> None:
    for span in await _lacking(session, known, at, zone):
        drawn_ = enumerate(moments(span, zone, dice), 1)
        session.add_all(Spot(span=span.name, number=number, due_at=due) for number, due in drawn_)
        record(session, BY, "spots.drawn", f"spots:{span.name}", at, count=span.count)
    for spot in await _needless(session, known):
        spot.state, spot.done_at = Spotted.dropped, at
        session.add(spot)
    await session.flush()


async def _lacking(session: AsyncSession, known: Rules, at: datetime, zone: ZoneInfo) -> list[Span]:
    """Spans of which nothing was drawn yet. What is drawn stands: another number counts from the next span on."""
    if not known.numbers["spot_month"] and not known.numbers["spot_week"]:
        return []
    wanted = spans(at.astimezone(zone).date(), await periods(session), known.numbers)
    names = select(Spot.span).where(col(Spot.span).in_([span.name for span in wanted])).distinct()
    there = {*(await session.execute(names)).scalars()}
    return [span for span in wanted if span.name not in there]


async def _needless(session: AsyncSession, known: Rules) -> Sequence[Spot]:
    """What waits of a kind that is switched off."""
    month, week = known.numbers["spot_month"], known.numbers["spot_week"]
    if month and week:
        return []
    waiting = (await session.execute(select(Spot).where(col(Spot.state) == Spotted.due))).scalars()
    return [spot for spot in waiting if not (week if "W" in spot.span else month)]


async def _ask(
    session: AsyncSession, spot_id: int, *, settings: Settings, heard: Heard, dice: Random, at: datetime
) -> int:
    mine = select(Spot).where(col(Spot.id) == spot_id, *_due(at)).with_for_update()
    spot = (await session.execute(mine)).scalar_one_or_none()
    if spot is None:
        return 0
    spot.state, spot.done_at = Spotted.over, at
    session.add(spot)
    if at - spot.due_at > WORTH:
        return 0
    known = await rules(session)
    able = await _able(session, heard, known, at, settings.zone)
    try:
        people = await drawn(session, able, "", known.numbers["spot_people"], dice.sample, at)
    except (NobodyOn, Asked):
        spot.state = Spotted.nobody
        return 0
    await ask(session, settings, people, by=BY, at=at)
    spot.state, spot.people = Spotted.asked, len(people)
    record(session, BY, "spot.asked", f"spot:{spot.id}", at, people=len(people))
    return len(people)


async def _able(session: AsyncSession, heard: Heard, known: Rules, at: datetime, zone: ZoneInfo) -> list[OnShift]:
    """Who is on duty now and has said nothing for some hours; at night not those who lead."""
    local = at.astimezone(zone).time()
    night = local >= NIGHT_FROM or local < NIGHT_TO
    on = [one for one in (await roster(session, at)).on if not (night and one.leads)]
    since = at - timedelta(hours=known.numbers["spot_heard_hours"])
    ids = {one.person.id for one in on}
    lately = await heard.since(session, ids, since) | await _checked(session, ids, since)
    return [one for one in on if one.person.id not in lately]


async def _checked(session: AsyncSession, people: Collection[int], since: datetime) -> set[int]:
    """Who has been asked, or has answered, by a page too."""
    lately = sa.or_(col(Check.asked_at) >= since, col(Check.answered_at) >= since)
    wanted = select(Check.person_id).where(col(Check.person_id).in_(people), lately)
    return {*(await session.execute(wanted)).scalars()}


def _due(at: datetime) -> list[sa.ColumnElement[bool]]:
    return [sa.text("duty_spot.state = 'due'"), col(Spot.due_at) <= at]  # type: ignore[list-item]
