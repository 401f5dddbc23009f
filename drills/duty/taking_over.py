"""接班: the handover is read out to who comes, when the moment has come; who does not take over is named to the
leader."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import partial

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from bot.config import Settings
from bot.deps import Deps
from bot.directory.models import Person
from bot.directory.tree import tree
from bot.sweeps.each import each
from broadcasts.dispatch.states import Purpose
from broadcasts.dispatch.tell import tell
from broadcasts.dispatch.texts.spoken import spoken
from drills.duty.handover import OPEN
from drills.duty.leaders import leaders_of
from drills.duty.models import Handover, Post
from drills.duty.rostered import targets
from drills.duty.rules import rules
from drills.duty.wording import phrase, ways_at

TOLD = timedelta(hours=2)


async def sweep_handovers(deps: Deps, at: datetime) -> int:
    """How many messages were written. Where the roster names nobody who comes, nobody is written to."""
    async with deps.read() as session:
        due = [handover.id for handover, _ in await _named(session, await _due(session, at), at=at)]
    return await each(deps, "duty.taking_over", due, partial(_pass_on, settings=deps.settings, at=at), at)


async def anything_due(session: AsyncSession, at: datetime) -> bool:
    """Whether a look is worth a writing transaction."""
    return bool(await _named(session, await _due(session, at), at=at))


async def _due(session: AsyncSession, at: datetime) -> sa.ColumnElement[bool]:
    late = at - (await rules(session)).minutes("handover_late_minutes")
    unsent = sa.and_(col(Handover.sent_at).is_(None), col(Handover.due_at) <= at)
    untold = sa.and_(col(Handover.told_at).is_(None), col(Handover.sent_at) <= late)
    return sa.or_(unsent, untold)


async def _pass_on(session: AsyncSession, handover_id: int, *, settings: Settings, at: datetime) -> int:
    """Read it out to who comes; where that was done long ago, name to the leader who did not take over."""
    found = await _named(session, col(Handover.id) == handover_id, await _due(session, at), at=at)
    for handover, post in found:
        if handover.sent_at is None:
            if await _claim(session, handover, "sent_at", at):
                await _read_out(session, settings, handover, post, at)
        elif await _claim(session, handover, "told_at", at):
            await _tell_leader(session, settings, handover, post, at)
    return len(found)


async def _named(session: AsyncSession, *where: sa.ColumnElement[bool], at: datetime) -> list[tuple[Handover, Post]]:
    wanted = (
        select(Handover, Post)
        .join(Post, col(Post.id) == col(Handover.post_id))
        .where(col(Handover.confirmed_at).is_(None), col(Handover.incoming) != "", col(Handover.due_at) > at - OPEN)
        .where(*where)
        .order_by(col(Handover.id))
    )
    return [(handover, post) for handover, post in await session.execute(wanted)]


async def _claim(session: AsyncSession, handover: Handover, column: str, at: datetime) -> bool:
    moved = sa.update(Handover).where(col(Handover.id) == handover.id, col(getattr(Handover, column)).is_(None))
    done = await session.execute(moved.values({column: at}).execution_options(synchronize_session="fetch"))
    return bool(done.rowcount)  # type: ignore[attr-defined]


async def _read_out(session: AsyncSession, settings: Settings, handover: Handover, post: Post, at: datetime) -> None:
    ways = await ways_at(session, settings, await tree(session), post.area_id, at)

    def text(language: str) -> str:
        """What is handed over stands as the page shows it, in Chinese."""
        due = spoken(handover.due_at, at, settings.zone, language)
        facts = {"text": handover.text, "note": handover.note, **ways}
        return phrase("take_over", language=language, post=post.name, due=due, **facts)

    who = await targets(session, incoming(handover))
    subject = f"handover:{handover.uid}"
    await tell(session, settings, who, text, purpose=Purpose.calendar, subject=subject, at=at, worth=OPEN)


async def _tell_leader(session: AsyncSession, settings: Settings, handover: Handover, post: Post, at: datetime) -> None:
    coming = select(Person.name).where(col(Person.id).in_(incoming(handover))).order_by(col(Person.id))
    people = "、".join((await session.execute(coming)).scalars())

    def text(language: str) -> str:
        due = spoken(handover.due_at, at, settings.zone, language)
        return phrase("not_taken_over", language=language, post=post.name, due=due, people=people)

    told = await leaders_of(session, settings, post, at, incoming(handover))
    subject = f"untaken:{handover.uid}"
    await tell(
        session, settings, told, text, purpose=Purpose.ring, subject=subject, at=at, worth=TOLD,
        areas=await tree(session),
    )  # fmt: skip


def incoming(handover: Handover) -> Sequence[int]:
    """Who comes, by the roster."""
    return [int(one) for one in handover.incoming.split(",") if one]


def asks(lately: sa.ColumnElement[datetime]) -> sa.ColumnElement[bool]:
    """Whether a handover waits for anybody; where it is False `to_take` finds nothing."""
    return sa.exists().where(
        col(Handover.due_at) > lately, col(Handover.sent_at).is_not(None), col(Handover.confirmed_at).is_(None)
    )


async def to_take(session: AsyncSession, person_id: int, at: datetime) -> tuple[Handover, Post] | None:
    """The handover that was read out to this person and that nobody has confirmed."""
    rows = await _named(session, col(Handover.sent_at) <= at, at=at)
    return next((row for row in reversed(rows) if person_id in incoming(row[0])), None)
