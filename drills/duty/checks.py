"""抽查: of those on duty some are drawn and asked for a 1 within some minutes; the result is kept, whatever it is, and
who does not answer is named to the leader."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from bot.config import Settings
from bot.deps import Deps
from bot.directory.models import Person
from bot.directory.tree import tree
from bot.errors import SignalTreeError
from bot.ids import uuid7
from bot.record.entries import record
from bot.sweeps.each import each
from broadcasts.dispatch.states import Purpose
from broadcasts.dispatch.tell import tell
from broadcasts.dispatch.texts.spoken import spoken
from drills.duty.leaders import leaders_of
from drills.duty.models import Check, Post, Shift
from drills.duty.now import OnShift
from drills.duty.rostered import targets
from drills.duty.rules import rules
from drills.duty.wording import phrase, ways_at

SHOWN = 30
TOLD = timedelta(hours=2)  # a check that is longer past is seen on the page alone

Draw = Callable[[Sequence[OnShift], int], list[OnShift]]


class NobodyOn(SignalTreeError):
    """现在没有这样的人在值班，没有可以抽查的。"""


class Asked(SignalTreeError):
    """刚刚抽查过，还在等应答。"""


async def drawn(
    session: AsyncSession, on: Sequence[OnShift], role: str, count: int | None, draw: Draw, at: datetime
) -> list[OnShift]:
    """Of those on duty who have this role (any, where none is named) so many by lot, or all. Who has just been asked is
    not asked again. Raises NobodyOn, Asked."""
    fitting = [one for one in on if role in {"", one.shift.role}]
    if not fitting:
        raise NobodyOn
    waiting = select(Check.shift_id).where(col(Check.deadline) > at)
    asked = {*(await session.execute(waiting)).scalars()}
    free = [one for one in fitting if one.shift.id not in asked]
    if not free:
        raise Asked
    return free if count is None else draw(free, min(count, len(free)))


async def ask(
    session: AsyncSession, settings: Settings, people: Sequence[OnShift], *, by: str, at: datetime
) -> list[Check]:
    """Ask each of them."""
    areas, until = await tree(session), at + (await rules(session)).minutes("check_minutes")
    made = []
    for one in people:
        check = Check(uid=uuid7(at), shift_id=one.shift.id, person_id=one.person.id, asked_by=by, asked_at=at,
                      deadline=until)  # fmt: skip
        session.add(check)
        record(session, by, "check.asked", check.uid, at, shift=one.shift.uid)
        ways = await ways_at(session, settings, areas, one.post.area_id, at)
        text = partial(_asks, settings=settings, post=one.post, until=until, at=at, ways=ways)
        await tell(
            session, settings, await targets(session, [one.person.id]), text, purpose=Purpose.calendar,
            subject=f"check:{check.uid}", at=at, worth=until - at,
        )  # fmt: skip
        made.append(check)
    return made


def _asks(
    language: str, *, settings: Settings, post: Post, until: datetime, at: datetime, ways: Mapping[str, str | bool]
) -> str:
    said = spoken(until, at, settings.zone, language)
    return phrase("check", language=language, until=said, post=post.name, **ways)


async def sweep_checks(deps: Deps, at: datetime) -> int:
    """Name to the leader who has not answered in time, once."""
    wanted = select(Check.id).where(*_unanswered(at)).order_by(col(Check.id))
    async with deps.read() as session:
        late = (await session.execute(wanted)).scalars().all()
    return await each(deps, "duty.checks", late, partial(_absent, settings=deps.settings, at=at), at)


async def _absent(session: AsyncSession, check_id: int, *, settings: Settings, at: datetime) -> int:
    late = await _checks(session, col(Check.id) == check_id, *_unanswered(at))
    for check, post, person in late:
        told = sa.update(Check).where(col(Check.id) == check.id, col(Check.told_at).is_(None)).values(told_at=at)
        if (await session.execute(told)).rowcount:  # type: ignore[attr-defined]
            text = partial(_names, settings=settings, check=check, post=post, person=person, at=at)
            await tell(
                session, settings, await leaders_of(session, settings, post, at, [person.id]), text,
                purpose=Purpose.ring, subject=f"absent:{check.uid}", at=at, worth=TOLD, areas=await tree(session),
            )  # fmt: skip
    return len(late)


def _names(language: str, *, settings: Settings, check: Check, post: Post, person: Person, at: datetime) -> str:
    asked, until = (spoken(moment, at, settings.zone, language) for moment in (check.asked_at, check.deadline))
    return phrase("absent", language=language, post=post.name, person=person.name, asked=asked, until=until)


async def anything_late(session: AsyncSession, at: datetime) -> bool:
    """Whether a look is worth a writing transaction."""
    return (await session.execute(select(Check.id).where(*_unanswered(at)).limit(1))).first() is not None


def _unanswered(at: datetime) -> list[sa.ColumnElement[bool]]:
    return [
        col(Check.answered_at).is_(None), col(Check.told_at).is_(None), col(Check.deadline) <= at,
        col(Check.deadline) > at - TOLD,
    ]  # fmt: skip


async def made(session: AsyncSession, post_ids: list[int]) -> list[tuple[Check, Post, Person]]:
    """The last ones at these posts, newest first."""
    return await _checks(session, col(Post.id).in_(post_ids))


async def _checks(session: AsyncSession, *where: sa.ColumnElement[bool]) -> list[tuple[Check, Post, Person]]:
    wanted = (
        select(Check, Post, Person)
        .join(Shift, col(Shift.id) == col(Check.shift_id))
        .join(Post, col(Post.id) == col(Shift.post_id))
        .join(Person, col(Person.id) == col(Check.person_id))
        .where(*where)
        .order_by(col(Check.id).desc())
        .limit(SHOWN)
    )
    return [(check, post, person) for check, post, person in await session.execute(wanted)]
