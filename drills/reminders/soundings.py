"""联络测试: who has been silent for thirty days is asked for a 1; who says nothing in time is listed as unreachable."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from bot.deps import Deps
from bot.directory.models import ABRole, Area, Person
from bot.directory.queries import Hearer, people
from bot.ids import uuid7
from bot.record.entries import record
from bot.sweeps.each import each
from drills.reminders.audience import Audience, Heard, listed
from drills.reminders.models import Asked, Reminder, Sounding

SHOWN = 10  # tests that are looked at, the newest first
LASTS = timedelta(days=31)  # an answer so long after the question still belongs to it


@dataclass(frozen=True)
class Unreachable:
    """Somebody who did not answer. `instead` names who may be asked in her place: her own place's people of the same
    role who can be reached, B before others."""

    person_id: int
    name: str
    ab: str
    area_id: int
    place: str
    addressed: bool
    instead: Sequence[str]


async def sound(session: AsyncSession, reminder: Reminder, found: Audience, at: datetime) -> Sounding:
    """Keep who is asked. Where nobody has been silent the test is over at once, and says so."""
    made = Sounding(
        uid=uuid7(at), reminder_id=reminder.id, people=found.people, heard=found.people - len(found.asked),
        asked_at=at, deadline=at + timedelta(hours=reminder.answer_hours), closed_at=None if found.asked else at,
    )  # fmt: skip
    session.add(made)
    await session.flush()
    if found.asked:
        rows = [{"sounding_id": made.id, "person_id": person_id} for person_id in found.asked]
        await session.execute(sa.insert(Asked), rows)
    record(session, "system", "sounding.asked", made.uid, at, people=made.people, asked=len(found.asked))
    return made


def asks(me: sa.ColumnElement[int], lately: sa.ColumnElement[datetime]) -> sa.ColumnElement[bool]:
    """Whether `open_for` may find something: where it is False there is nothing."""
    recent = sa.exists().where(col(Sounding.id) == col(Asked.sounding_id), col(Sounding.asked_at) > lately)
    return sa.exists().where(col(Asked.person_id) == me, col(Asked.answered_at).is_(None), recent)


async def open_for(session: AsyncSession, person_id: int, at: datetime) -> Sounding | None:
    """The newest test that still waits for a word of this person, also some time after it was closed."""
    wanted = (
        select(Sounding)
        .join(Asked, col(Asked.sounding_id) == col(Sounding.id))
        .where(col(Asked.person_id) == person_id, col(Asked.answered_at).is_(None))
        .where(col(Sounding.asked_at) <= at, col(Sounding.asked_at) > at - LASTS)
        .order_by(col(Sounding.id).desc())
        .limit(1)
    )
    return (await session.execute(wanted)).scalar_one_or_none()


async def answered(session: AsyncSession, person_id: int, *, by: str, at: datetime) -> bool:
    """She can be reached: every test that waits for her has its answer. False where none did."""
    asked = sa.select(col(Sounding.id)).where(col(Sounding.asked_at) <= at)
    done = await session.execute(
        sa.update(Asked)
        .where(col(Asked.person_id) == person_id, col(Asked.answered_at).is_(None), col(Asked.sounding_id).in_(asked))
        .values(answered_at=at)
        .execution_options(synchronize_session=False)
    )
    if not done.rowcount:  # type: ignore[attr-defined]
        return False
    record(session, by, "sounding.answered", f"sounding:{person_id}", at)
    return True


async def close_due(deps: Deps, heard: Heard, at: datetime) -> int:
    """Close the tests whose hours are over. Who has said anything else meanwhile was reached too."""
    wanted = select(Sounding.id).where(*_over(at)).order_by(col(Sounding.id))
    async with deps.read() as session:
        over = (await session.execute(wanted)).scalars().all()
    return await each(deps, "reminders.soundings", over, partial(_close, heard=heard, at=at), at)


async def _close(session: AsyncSession, sounding_id: int, *, heard: Heard, at: datetime) -> int:
    wanted = select(Sounding).where(col(Sounding.id) == sounding_id, *_over(at)).with_for_update()
    over = (await session.execute(wanted)).scalars().all()
    for one in over:
        quiet = await _silent_ids(session, one.id)
        spoke = await heard.since(session, quiet, one.asked_at)
        mine = (col(Asked.sounding_id) == one.id, col(Asked.person_id).in_(spoke))
        await session.execute(sa.update(Asked).where(*mine).values(answered_at=at))
        one.closed_at = at
        session.add(one)
        record(session, "system", "sounding.closed", one.uid, at, silent=len(quiet) - len(spoke))
    return len(over)


async def anything_over(session: AsyncSession, at: datetime) -> bool:
    """Whether a look is worth a writing transaction."""
    return (await session.execute(select(Sounding.id).where(*_over(at)).limit(1))).first() is not None


def _over(at: datetime) -> list[sa.ColumnElement[bool]]:
    return [col(Sounding.closed_at).is_(None), col(Sounding.deadline) <= at]


async def _silent_ids(session: AsyncSession, sounding_id: int) -> Sequence[int]:
    silent = select(Asked.person_id).where(col(Asked.sounding_id) == sounding_id, col(Asked.answered_at).is_(None))
    return (await session.execute(silent)).scalars().all()


async def unreachable(session: AsyncSession, sounding: Sounding, reminder: Reminder) -> list[Unreachable]:
    """By place, A before B; each with who may be asked instead."""
    silent = {*await _silent_ids(session, sounding.id)}
    wanted = (
        sa.select(Person, Area)
        .join(Area, col(Area.id) == col(Person.area_id))
        .where(col(Person.id).in_(silent))
        .order_by(col(Area.path), col(Person.ab) == "", col(Person.ab), col(Person.id))
    )
    rows = [(person, area) for person, area in await session.execute(wanted)]
    near = await people(session, areas={area.id for _, area in rows}, roles=listed(reminder.roles))
    mine = {one.id: one for one in near}
    found = []
    for person, area in rows:
        known = mine.get(person.id)
        instead = [_named(p) for p in _instead(person, known, near, silent)]
        addressed = bool(known and known.addresses)
        found.append(Unreachable(person.id, person.name, person.ab, area.id, area.name, addressed, instead))
    return found


def _instead(person: Person, known: Hearer | None, near: Sequence[Hearer], silent: Collection[int]) -> list[Hearer]:
    roles = known.roles if known else set[str]()
    others = [p for p in near if p.area_id == person.area_id and p.id not in silent and p.addresses and p.roles & roles]
    return sorted(others, key=lambda p: (p.ab != ABRole.B, p.id))


def _named(one: Hearer) -> str:
    return f"{one.name}（{one.ab} 角）" if one.ab else one.name


async def latest(session: AsyncSession, most: int) -> list[tuple[Sounding, Reminder, int, int]]:
    """The newest tests with how many were asked, and how many of them have been silent until now."""
    counted = (
        sa.select(
            col(Asked.sounding_id).label("of"), sa.func.count().label("asked"),
            sa.func.count().filter(col(Asked.answered_at).is_(None)).label("silent"),
        )
        .group_by(col(Asked.sounding_id))
        .subquery()
    )  # fmt: skip
    wanted = (
        sa.select(Sounding, Reminder, counted.c.asked, counted.c.silent)
        .join(Reminder, col(Reminder.id) == col(Sounding.reminder_id))
        .join(counted, counted.c.of == col(Sounding.id), isouter=True)
        .order_by(col(Sounding.id).desc())
        .limit(most)
    )
    rows = await session.execute(wanted)
    return [(sounding, reminder, asked or 0, silent or 0) for sounding, reminder, asked, silent in rows]
