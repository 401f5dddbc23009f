"""How a feed is: kept after each look; one that falls silent is an alarm, not an all-clear."""

from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from bot.ids import uuid7
from bot.record.entries import record
from broadcasts.intake.models import Feed
from broadcasts.release.models import Hold
from broadcasts.release.verdict import Reason


async def note(
    session: AsyncSession, feed_id: int, error: str, at: datetime, *, heard: bool = False, whole: bool = True
) -> None:
    """Keep how the feed is; past its expected interval without an answer it is silent, and that rings. `heard`: it
    answered, whatever was wrong with a part of it; `whole`: nothing that it shows is left for the next look."""
    feed = await session.get(Feed, feed_id)
    if feed is None:
        return
    feed.polled_at = at if whole else at - timedelta(seconds=feed.every_seconds)  # the rest is due at once
    feed.heard_at = min(feed.heard_at, at) if feed.heard_at else None  # a clock may have been set back since
    feed.error, feed.failures = (error[:255], feed.failures + 1) if error else ("", 0)
    if heard or not error:
        feed.heard_at, feed.first_done = at, feed.first_done or whole
        await _close_silence(session, feed, at)
    elif feed.heard_at is None or at - feed.heard_at >= timedelta(seconds=feed.silent_after_seconds):
        await _silence(session, feed, at)


async def _open_silence(session: AsyncSession, feed: Feed) -> Hold | None:
    wanted = select(Hold).where(col(Hold.feed_id) == feed.id, col(Hold.closed_at).is_(None))
    return (await session.execute(wanted.limit(1))).scalar_one_or_none()


async def _silence(session: AsyncSession, feed: Feed, at: datetime) -> None:
    """Ring once for each silence: who has said that it is known is not woken for it again."""
    wanted = select(Hold.id).where(col(Hold.feed_id) == feed.id)
    if feed.heard_at is not None:
        wanted = wanted.where(col(Hold.opened_at) > feed.heard_at)
    if (await session.execute(wanted.limit(1))).first() is None:
        reason = Reason.feed_silent.value
        session.add(Hold(uid=uuid7(at), feed_id=feed.id, reason=reason, opened_at=at, ring_at=at))
        record(session, "system", "feed.silent", feed.uid, at)


async def _close_silence(session: AsyncSession, feed: Feed, at: datetime) -> None:
    silence = await _open_silence(session, feed)
    if silence is not None:
        silence.closed_at, silence.closed_by, silence.decision, silence.ring_at = at, "system", "heard", None
        record(session, "system", "feed.heard", feed.uid, at)
