"""The month's bulletin as a draft: written once on the first of the next month, from what the rooms can commend."""

from collections.abc import Sequence
from datetime import datetime, time
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from bot.db.turns import turn
from bot.directory.tree import tree
from bot.ids import uuid7
from bot.record.entries import content_digest, record
from bot.record.models import Entry
from broadcasts.coverage.contract import Span
from broadcasts.coverage.months import before, span
from drills.bulletins.contract import Contribution
from drills.bulletins.models import Bulletin
from drills.bulletins.wording import phrase

HOUR = time(8, 7)  # local, on the first of the month; away from :00 and :30
BY = "system"


def due(at: datetime, zone: ZoneInfo) -> Span:
    """The last month whose bulletin should be there."""
    local = at.astimezone(zone)
    this = local.strftime("%Y-%m")
    early = local.day == 1 and local.time() < HOUR
    return span(before(before(this)) if early else before(this), zone)


async def anything_due(session: AsyncSession, at: datetime, zone: ZoneInfo) -> bool:
    """Whether that bulletin lacks. Of a month in which nothing was on record yet, none is written."""
    month = due(at, zone)
    if await of_month(session, month.name) is not None:
        return False
    first = await session.scalar(sa.select(col(Entry.at)).order_by(col(Entry.id)).limit(1))
    return first is not None and first < month.until


async def of_month(session: AsyncSession, name: str) -> Bulletin | None:
    return (await session.execute(select(Bulletin).where(col(Bulletin.month) == name))).scalar_one_or_none()


async def draft(
    session: AsyncSession, contributions: Sequence[Contribution], month: Span, *, by: str = BY, at: datetime
) -> Bulletin:
    """The bulletin of a month, which the machine writes, whoever asked for it; one that is there stays as it is."""
    await turn(session, f"bulletin:{month.name}")
    known = await of_month(session, month.name)
    if known is not None:
        return known
    areas = await tree(session)
    said = [(one.title, await one.lines(session, areas, month, at)) for one in contributions]
    sections = [(title, lines) for title, lines in said if lines]
    county = areas.roots[0].name if areas.roots else ""
    year, number = month.since.year, month.since.month
    made = Bulletin(
        uid=uuid7(at),
        month=month.name,
        title=phrase("title", county=county, year=year, month=number)[:64],
        text=phrase("text", county=county, year=year, month=number, sections=sections),
        made_by=by,
        made_at=at,
    )
    session.add(made)
    record(session, by, "bulletin.drafted", made.uid, at, month=month.name, sha256=bulletin_digest(made))
    return made


def bulletin_digest(bulletin: Bulletin) -> str:
    return content_digest(bulletin.title, bulletin.text)
