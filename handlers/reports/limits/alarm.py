"""The fast path: what is 特别重大 rings officer and leader at once, and until somebody takes it."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from bot.record.entries import record
from broadcasts.release.holds import open_hold
from broadcasts.release.models import Hold
from broadcasts.release.verdict import Reason


async def alarm(session: AsyncSession, uid: str, why: str, said: str, *, by: str, at: datetime) -> None:
    """What rings for this report as an ordinary one rings louder; else a ring of its own begins."""
    about, line = f"report:{uid}", f"{why}。{said}"
    waiting = select(Hold).where(
        col(Hold.about) == about, col(Hold.reason) == Reason.report, col(Hold.closed_at).is_(None)
    )
    known = (await session.execute(waiting)).scalars().first()
    if known is None:
        await open_hold(session, Reason.grave, about=about, said=line, by=by, at=at)
        return
    known.reason, known.said, known.ring_at = Reason.grave.value, line[:255], at
    session.add(known)
    record(session, by, "hold.raised", known.uid, at, reason=known.reason, about=about)


async def rung(session: AsyncSession, uids: Iterable[str]) -> bool:
    """Whether one of these reports has rung as 特别重大, whatever became of that ring."""
    abouts = [f"report:{uid}" for uid in uids]
    wanted = select(col(Hold.id)).where(col(Hold.about).in_(abouts), col(Hold.reason) == Reason.grave)
    return await session.scalar(wanted.limit(1)) is not None
