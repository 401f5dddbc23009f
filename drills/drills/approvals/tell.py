"""Telling whose turn it is: the approvers that a plan waits for them, before it should begin its author too, and the
author what was decided. These are words of the desk, by the live road: nobody who only takes part hears them."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from bot.access.hands import person_behind
from bot.access.names import name
from bot.config import Settings
from bot.directory.tree import tree
from broadcasts.audience.select import Target
from broadcasts.dispatch.states import Purpose
from broadcasts.dispatch.tell import tell
from broadcasts.dispatch.texts.spoken import spoken
from broadcasts.notices.approvers import reached
from drills.drills.approvals.hands import approvers, writers
from drills.drills.models import Drill, Stage
from drills.drills.wording import phrase
from drills.duty.rostered import Rostered, targets
from drills.reminders.recurrence import polite

DAY, HOURS = timedelta(days=1), timedelta(hours=2)  # before it should begin
WORTH = timedelta(hours=1)


async def anything_due(session: AsyncSession, at: datetime) -> bool:
    return (await session.execute(_due(at).limit(1))).first() is not None


async def due(session: AsyncSession, at: datetime) -> Sequence[int]:
    """The drills of whose approval something has to be said."""
    return (await session.execute(_due(at).order_by(col(Drill.id)))).scalars().all()


def following(settings: Settings, drill: Drill, at: datetime) -> datetime | None:
    """When it is said again: by day a day ahead, two hours ahead, and when it should have begun. None after that."""
    moments = (
        polite(drill.starts_at - DAY, settings.zone, must_act=False),
        polite(drill.starts_at - HOURS, settings.zone, must_act=True),
        drill.starts_at,
    )
    return min((moment for moment in moments if at < moment <= drill.starts_at), default=None)


async def tell_due(session: AsyncSession, drill_id: int, *, settings: Settings, at: datetime) -> int:
    """However long nothing ran, each is said once, and the next time counts from now."""
    mine = select(Drill).where(col(Drill.id) == drill_id, col(Drill.ring_at) <= at).with_for_update()
    drill = (await session.execute(mine)).scalar_one_or_none()
    if drill is None:
        return 0
    drill.rings, drill.ring_at = drill.rings + 1, following(settings, drill, at)
    session.add(drill)
    if drill.state is not Stage.waiting:
        return 0
    found = {one.id: one for one in await _approving(session, settings, drill, at)}
    if drill.rings > 1:
        found |= {one.id: one for one in await _authors(session, drill)}
    text = phrase(
        "waits", name=drill.name, author=await name(session, drill.made_by), over=drill.starts_at <= at,
        starts=spoken(drill.starts_at, at, settings.zone), number=drill.rings, at=spoken(at, at, settings.zone),
        link=_page(settings, drill),
    )  # fmt: skip
    await _say(session, settings, drill, [*found.values()], text, at)
    return 1


async def tell_authors(
    session: AsyncSession, settings: Settings, drill: Drill, *, by: str, at: datetime, word: str = ""
) -> None:
    """What was decided; a `word` says that it was returned."""
    drill.rings += 1
    session.add(drill)
    text = phrase(
        "decided", name=drill.name, starts=spoken(drill.starts_at, at, settings.zone), by=await name(session, by),
        word=word, link=_page(settings, drill),
    )  # fmt: skip
    await _say(session, settings, drill, await _authors(session, drill), text, at)


async def _approving(session: AsyncSession, settings: Settings, drill: Drill, at: datetime) -> list[Target]:
    """All who may approve it; where none of them can be reached the desk, unless nobody there may know of it."""
    found = await reached(session, await approvers(session, await tree(session), drill))
    if found or drill.blind:
        return found
    desk = Rostered(application=settings.has_application)
    return [one for one in await desk.to_wake(session, leaders=True, at=at) if one.kind == "person"]


async def _authors(session: AsyncSession, drill: Drill) -> list[Target]:
    behind = [await person_behind(session, actor) for actor in await writers(session, drill)]
    return await targets(session, {person for person in behind if person is not None})


async def _say(
    session: AsyncSession, settings: Settings, drill: Drill, people: Sequence[Target], text: str, at: datetime
) -> None:
    if people:
        subject = f"drill:{drill.uid}:approval"
        areas = await tree(session)
        await tell(
            session, settings, people, text, purpose=Purpose.ring, subject=subject, at=at, worth=WORTH,
            ordinal=drill.rings, areas=areas,
        )  # fmt: skip


def _due(at: datetime) -> sa.Select[int]:
    return sa.select(col(Drill.id)).where(col(Drill.ring_at) <= at)


def _page(settings: Settings, drill: Drill) -> str:
    return f"{settings.base_url}/console/drills/{drill.uid}" if settings.base_url else ""
