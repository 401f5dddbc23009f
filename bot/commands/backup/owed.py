"""Whether a nightly copy should be there and is not. A young installation owes its first after its first night."""

from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from bot.commands.backup.nightly import NIGHT_ENDS, OVERDUE, newest
from bot.config import Settings
from bot.record.models import Entry

BROUGHT = "backup.restored"  # the record's word for a county that was brought onto this machine


def missed(settings: Settings, since: datetime | None, at: datetime) -> bool:
    """`since` is when the installation began; None: it has not."""
    made = newest(settings)
    if made is not None:
        return at - made > OVERDUE
    return since is not None and at >= first_night(since.astimezone(settings.zone))


def first_night(since: datetime) -> datetime:
    """When the first copy is there at the latest; local, as `since` is."""
    night = datetime.combine(since, NIGHT_ENDS, since.tzinfo)
    return night if since < night else night + timedelta(days=1)


async def began(session: AsyncSession) -> datetime | None:
    """The record's first entry, or the last time that a county was brought here."""
    brought = sa.select(sa.func.max(col(Entry.at))).where(col(Entry.action) == BROUGHT)
    first = sa.select(col(Entry.at)).order_by(col(Entry.id)).limit(1)
    return await session.scalar(brought) or await session.scalar(first)
