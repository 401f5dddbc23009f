"""Holding and closing: what waits for a person rings until that person has decided."""

import hashlib
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from bot.ids import uuid7
from bot.record.entries import record
from broadcasts.alerts.models import Alert, Status
from broadcasts.dispatch.texts.render import render
from broadcasts.intake.message import Unreadable
from broadcasts.release.models import Hold, Unread
from broadcasts.release.verdict import Reason

JOINED = timedelta(minutes=10)  # what a source sends unreadably within this joins its first ring
WAITING = select(Hold).where(
    col(Hold.about) == sa.bindparam("of"), col(Hold.reason) == sa.bindparam("why"), col(Hold.closed_at).is_(None)
)


async def hold(session: AsyncSession, alert: Alert, reason: Reason, *, by: str, at: datetime) -> Hold:
    """Keep an alert back and ring at once."""
    waiting = Hold(uid=uuid7(at), alert_id=alert.id, reason=reason.value, opened_at=at, ring_at=at)
    session.add(waiting)
    if reason is not Reason.contradiction:
        alert.status = Status.held
    record(session, by, "alert.held", alert.uid, at, reason=reason.value)
    return waiting


async def ask_about_twin(session: AsyncSession, come: Alert, known: Alert, *, by: str, at: datetime) -> Hold:
    """It goes out; whether it is the same as another is asked, once."""
    said = render("twin.txt", what=f"{come.grade.zh if come.grade else ''}{come.event}", by=come.sender_name)
    return await open_hold(session, Reason.twin, about=f"alert:{known.uid}", said=said, by=by, at=at, alert_id=come.id)


async def open_hold(
    session: AsyncSession,
    reason: Reason,
    *,
    about: str,
    said: str,
    by: str,
    at: datetime,
    alert_id: int | None = None,
    area_id: int | None = None,
) -> Hold:
    """Something else that waits for a person (help, a plea, the silent) rings at once; what waits already is kept, with
    its line as it is now. An alert given here closes it when that alert is over; an area rings its desk too."""
    waiting = (await session.execute(WAITING, {"of": about, "why": reason.value})).scalars().first()
    if waiting is not None:
        waiting.said = said[:255]
        session.add(waiting)
        return waiting
    waiting = Hold(
        uid=uuid7(at), alert_id=alert_id, area_id=area_id, about=about, said=said[:255], reason=reason.value,
        opened_at=at, ring_at=at,
    )  # fmt: skip
    session.add(waiting)
    record(session, by, "hold.opened", waiting.uid, at, reason=reason.value, about=about)
    return waiting


async def keep_unread(session: AsyncSession, raw: bytes, error: Unreadable, *, origin: str, at: datetime) -> Unread:
    """未能读取: keep the bytes with their errors and ring, unless this source's last ring is still young."""
    errors = [{"path": e.path, "line": e.line, "message": e.message} for e in error.errors]
    kept = Unread(
        uid=uuid7(at), origin=origin, raw=raw, sha256=hashlib.sha256(raw).hexdigest(), errors=errors, received_at=at
    )
    session.add(kept)
    await session.flush()
    young = (
        select(Hold)
        .join(Unread, col(Unread.id) == col(Hold.unread_id))
        .where(col(Unread.origin) == origin, col(Hold.opened_at) > at - JOINED, col(Hold.closed_at).is_(None))
    )
    if (await session.execute(young.limit(1))).scalar_one_or_none() is None:
        session.add(Hold(uid=uuid7(at), unread_id=kept.id, reason=Reason.unread.value, opened_at=at, ring_at=at))
    record(session, origin, "unread.kept", kept.uid, at, sha256=kept.sha256, errors=len(errors))
    return kept


async def close_come(session: AsyncSession, origin: str, come: Callable[[Unread], bool], *, at: datetime) -> None:
    """Nothing rings any more for what a source did not give and has given since: where all that joined a ring has
    `come`."""
    wanted = select(Hold).join(Unread, col(Unread.id) == col(Hold.unread_id))
    wanted = wanted.where(col(Unread.origin) == origin, col(Hold.closed_at).is_(None))
    for waiting in (await session.execute(wanted)).scalars().all():
        if all(come(kept) for kept in await _joined(session, origin, waiting.opened_at)):
            await close(session, waiting, "came", by="system", at=at)


async def _joined(session: AsyncSession, origin: str, since: datetime) -> Sequence[Unread]:
    """What rings by the ring that began at `since`, that for which it began first."""
    wanted = select(Unread).where(col(Unread.origin) == origin, col(Unread.received_at) >= since)
    return (await session.execute(wanted.where(col(Unread.received_at) < since + JOINED))).scalars().all()


async def close(session: AsyncSession, waiting: Hold, decision: str, *, by: str, word: str = "", at: datetime) -> bool:
    """Decide once; whoever comes second learns that it was decided, whichever process it is. Nothing rings for it any
    more."""
    if waiting.closed_at is not None:
        return False
    if waiting.id is None:
        await session.flush()
    first = await session.execute(
        sa.update(Hold)
        .where(col(Hold.id) == waiting.id, col(Hold.closed_at).is_(None))
        .values(closed_at=at, closed_by=by, decision=decision, word=word[:255], ring_at=None)
        .execution_options(synchronize_session="fetch")
    )
    if not first.rowcount:  # type: ignore[attr-defined]
        return False
    record(session, by, f"hold.{decision}", waiting.uid, at, reason=waiting.reason, alert=waiting.alert_id)
    return True


async def open_holds(session: AsyncSession, alert_ids: list[int] | None = None) -> list[Hold]:
    """What waits, oldest first; of these alerts only where given."""
    wanted = select(Hold).where(col(Hold.closed_at).is_(None)).order_by(col(Hold.id))
    if alert_ids is not None:
        wanted = wanted.where(col(Hold.alert_id).in_(alert_ids))
    return list((await session.execute(wanted)).scalars().all())
