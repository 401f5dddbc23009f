"""What a screen shows: the warnings in force for its place, as far as we know; and that we do not know, where the feeds
are silent."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from bot.directory.outlets.models import Outlet
from bot.directory.tree import Tree
from broadcasts.alerts.content import message
from broadcasts.alerts.listed import Standing, Wanted, listed
from broadcasts.alerts.models import Alert, Kind
from broadcasts.audience.places import hit
from broadcasts.dispatch.alert import place
from broadcasts.dispatch.byhand import outlets
from broadcasts.dispatch.states import Purpose
from broadcasts.dispatch.texts.alert_text import headline
from broadcasts.intake.models import Feed

MOST = 6  # lines that a screen has room for
WARNINGS = frozenset({Kind.signal, Kind.warning, Kind.local})
NOTED = timedelta(seconds=50)  # a screen that asks more often is not written down each time


@dataclass(frozen=True)
class ScreenLine:
    """One warning; `first` is its first line."""

    alert: Alert
    first: str


async def shown(session: AsyncSession, areas: Tree, area_id: int, at: datetime) -> list[ScreenLine]:
    """The warnings in force that hit this place, lie in it, or contain it; the most severe first."""
    around = {node.id for node in (*areas.up(area_id), *areas.below(area_id))}
    found = []
    for alert in await listed(session, Wanted(Standing.force), at, most=200):
        if alert.kind not in WARNINGS or alert.content.get("scope") != "Public":
            continue
        where = hit(message(alert.content), areas)
        if where.areas & around:
            found.append(ScreenLine(alert, headline(alert, Purpose.first, None, place(areas, where))))
    return sorted(found, key=lambda line: (line.alert.grade.rank if line.alert.grade else 9, -line.alert.id))


async def known(session: AsyncSession, at: datetime) -> bool:
    """Whether we would know of a warning: there are feeds, and none has been silent for longer than it may."""
    feeds = (await session.execute(sa.select(Feed).where(col(Feed.enabled)))).scalars().all()
    return bool(feeds) and all(_heard(feed, at) for feed in feeds)


def _heard(feed: Feed, at: datetime) -> bool:
    return feed.heard_at is not None and at - feed.heard_at <= timedelta(seconds=feed.silent_after_seconds)


def unnoted(outlet: Outlet, at: datetime) -> bool:
    """Whether it is time to write down again that its browser asks."""
    return outlet.seen_at is None or at - outlet.seen_at >= NOTED


async def expected(session: AsyncSession, outlet: Outlet, lines: Sequence[ScreenLine]) -> bool:
    """Whether one of these warnings has a copy for it that it fetches only now."""
    return bool(lines) and bool(await outlets.expected(session, outlet, [line.alert.id for line in lines]))


async def note(session: AsyncSession, outlet: Outlet, lines: Sequence[ScreenLine], at: datetime) -> None:
    """Its browser has taken the page: it lives, and the copies of what stands there have arrived."""
    outlet.seen_at = at
    session.add(outlet)
    await outlets.fetched(session, outlet, [line.alert.id for line in lines], at)
