"""Before a shift: who has it is reminded; who has not confirmed shortly before is named to the leader. Each shift, and
each word to a leader, is a transaction of its own."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import partial

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from bot.config import Settings
from bot.deps import Deps
from bot.directory.tree import Tree, tree
from bot.sweeps.each import each
from broadcasts.audience.select import Target
from broadcasts.dispatch.states import Purpose
from broadcasts.dispatch.tell import tell
from broadcasts.dispatch.texts.render import InLanguage
from broadcasts.dispatch.texts.spoken import spoken
from drills.duty.claims import claim
from drills.duty.models import Shift
from drills.duty.now import OnShift, names, shifts
from drills.duty.officers import EveryOfficer
from drills.duty.rostered import reached, targets
from drills.duty.rules import Rules, rules
from drills.duty.wording import phrase, ways_at

GRACE = timedelta(minutes=10)  # between a reminder and the word to the leader, where both are late
STANDS = (col(Shift.removed_at).is_(None), col(Shift.confirmed_at).is_(None))


async def anything_due(session: AsyncSession, at: datetime) -> bool:
    """Whether a look is worth a writing transaction."""
    remind = sa.and_(col(Shift.reminded_at).is_(None), col(Shift.remind_at) <= at, col(Shift.starts_at) > at)
    known = await rules(session)
    near = col(Shift.starts_at) <= at + known.minutes("unconfirmed_minutes")
    tell_leader = sa.and_(col(Shift.told_at).is_(None), col(Shift.ends_at) > at, near)
    cannot = sa.and_(col(Shift.told_at).is_(None), col(Shift.ends_at) > at, col(Shift.cannot_at).is_not(None))
    wanted = sa.select(col(Shift.id)).where(*STANDS, sa.or_(remind, tell_leader, cannot)).limit(1)
    return (await session.execute(wanted)).first() is not None


async def sweep_shifts(deps: Deps, at: datetime) -> int:
    """How many messages were written."""
    async with deps.read() as session:
        known = await rules(session)
        coming = await shifts(session, known, *STANDS, *_to_remind(at))
        late = [one for one in await shifts(session, known, *_to_name(known, at)) if _ripe(one.shift, at)]
    ids = [one.shift.id for one in coming]
    sent = await each(deps, "duty.shifts", ids, partial(_remind, settings=deps.settings, at=at), at)
    together: dict[tuple[int, datetime, bool], list[int]] = {}
    for one in late:
        key = (one.post.id, one.shift.starts_at, one.shift.cannot_at is not None)
        together.setdefault(key, []).append(one.shift.id)
    named = [tuple(group) for group in together.values()]
    return sent + await each(deps, "duty.leaders", named, partial(_name, settings=deps.settings, at=at), at)


def _to_remind(at: datetime) -> list[sa.ColumnElement[bool]]:
    due = [col(Shift.reminded_at).is_(None), col(Shift.remind_at) <= at, col(Shift.starts_at) > at]
    return [col(Shift.cannot_at).is_(None), *due]


def _to_name(known: Rules, at: datetime) -> list[sa.ColumnElement[bool]]:
    near = at + known.minutes("unconfirmed_minutes")
    late = sa.or_(col(Shift.starts_at) <= near, col(Shift.cannot_at).is_not(None))
    return [*STANDS, col(Shift.told_at).is_(None), col(Shift.ends_at) > at, late]


async def _remind(session: AsyncSession, shift_id: int, *, settings: Settings, at: datetime) -> int:
    known = await rules(session)
    found = await shifts(session, known, col(Shift.id) == shift_id, *STANDS, *_to_remind(at))
    for one in found:
        if not await claim(session, one.shift, "reminded_at", at):
            return 0
        await tell(
            session,
            settings,
            await targets(session, [one.person.id]),
            await _before(session, settings, known, await tree(session), one, at),
            purpose=Purpose.calendar,
            subject=f"shift:{one.shift.uid}",
            at=at,
            worth=one.shift.starts_at - at,
        )
    return len(found)


async def _before(
    session: AsyncSession, settings: Settings, known: Rules, areas: Tree, one: OnShift, at: datetime
) -> InLanguage:
    beside = (col(Shift.post_id) == one.post.id, col(Shift.starts_at) == one.shift.starts_at)
    others = [o for o in await shifts(session, known, *beside) if o.person.id != one.person.id]
    ways, zone = await ways_at(session, settings, areas, one.post.area_id, at), settings.zone
    return lambda language: phrase(
        "before",
        language=language,
        starts=spoken(one.shift.starts_at, at, zone, language),
        ends=spoken(one.shift.ends_at, at, zone, language),
        post=one.post.name,
        role=one.shift.role,
        others=names(others),
        **ways,
    )


async def _name(session: AsyncSession, shift_ids: Sequence[int], *, settings: Settings, at: datetime) -> int:
    """One word to the leader for those of one post who begin together."""
    known = await rules(session)
    found = await shifts(session, known, col(Shift.id).in_(shift_ids), *_to_name(known, at))
    people = [one for one in found if _ripe(one.shift, at) and await claim(session, one.shift, "told_at", at)]
    if not people:
        return 0
    first = people[0]

    def text(language: str) -> str:
        starts, cannot = spoken(first.shift.starts_at, at, settings.zone, language), first.shift.cannot_at is not None
        facts = {"starts": starts, "post": first.post.name, "people": names(people), "cannot": cannot}
        return phrase("unconfirmed", language=language, **facts)

    told = await _leaders(session, settings, known, people)
    subject = f"unconfirmed:{first.shift.uid}"
    await tell(
        session, settings, told, text, purpose=Purpose.ring, subject=subject, at=at, worth=first.shift.ends_at - at,
        areas=await tree(session),
    )  # fmt: skip
    return 1


def _ripe(shift: Shift, at: datetime) -> bool:
    """Who was asked a moment ago has a moment to answer, unless the shift has begun."""
    if shift.cannot_at is not None or shift.starts_at <= at:
        return True
    return shift.reminded_at is not None and shift.reminded_at + GRACE <= at


async def _leaders(session: AsyncSession, settings: Settings, known: Rules, people: Sequence[OnShift]) -> list[Target]:
    """Who leads that very shift and is not himself silent; else all leaders."""
    first = people[0]
    beside = (col(Shift.post_id) == first.post.id, col(Shift.starts_at) < first.shift.ends_at)
    during = [*beside, col(Shift.ends_at) > first.shift.starts_at, col(Shift.cannot_at).is_(None)]
    silent = {one.person.id for one in people}
    leading = [o for o in await shifts(session, known, *during) if o.leads and o.person.id not in silent]
    found = await reached(session, leading) if settings.has_application else []
    return found or await EveryOfficer(application=settings.has_application).leaders(session)
