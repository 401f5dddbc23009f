"""Writing an entry of the record, in the transaction of the change that it tells of."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from bot.record.models import Entry
from bot.record.values import content_digest, digest, made

__all__ = ["content_digest", "digest", "entered", "entry", "record"]


def entry(actor: str, action: str, subject: str, at: datetime, **detail: Any) -> Entry:
    """A finished entry, not yet in any session."""
    m = made(actor, action, subject, at, detail)
    return Entry(at=m.at, actor=m.actor, action=m.action, subject=m.subject, detail=m.detail, digest=m.digest)


async def entered(session: AsyncSession, actor: str, action: str, subject: str, since: datetime) -> bool:
    """Whether there is such an entry, not older than `since`."""
    mine = (col(Entry.subject) == subject, col(Entry.action) == action, col(Entry.actor) == actor)
    return bool(await session.scalar(sa.select(sa.exists().where(*mine, col(Entry.at) >= since))))


def record(session: AsyncSession, actor: str, action: str, subject: str, at: datetime, **detail: Any) -> None:
    """Add an entry. `detail` holds ids, counts and digests only."""
    session.add(entry(actor, action, subject, at, **detail))
