"""Writing an entry of the record, in the transaction of the change that it tells of."""

from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from bot.record.models import Entry
from bot.record.values import content_digest, digest, made

__all__ = ["content_digest", "digest", "entry", "record"]


def entry(actor: str, action: str, subject: str, at: datetime, **detail: Any) -> Entry:
    """A finished entry, not yet in any session."""
    m = made(actor, action, subject, at, detail)
    return Entry(at=m.at, actor=m.actor, action=m.action, subject=m.subject, detail=m.detail, digest=m.digest)


def record(session: AsyncSession, actor: str, action: str, subject: str, at: datetime, **detail: Any) -> None:
    """Add an entry. `detail` holds ids, counts and digests only."""
    session.add(entry(actor, action, subject, at, **detail))
