"""Finding alerts: by identity, by thread, by what is in force."""

import json
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from broadcasts.alerts.models import RELAYED, Alert, AlertSource, Kind, Status

OVER = frozenset({"over", "expired", "overtaken"})  # notes of what was for us and never planned, since it was over
SAME_PASTE = timedelta(minutes=10)  # by how much an officer's reading of the time may differ from the feed's


async def by_identity(session: AsyncSession, sender: str, identifier: str, *, national: bool) -> Alert | None:
    """The alert of this identity. A national identifier is unique by itself, whoever hands it on."""
    wanted = select(Alert).where(col(Alert.identifier) == identifier)
    wanted = wanted.where(col(Alert.national)) if national else wanted.where(col(Alert.sender) == sender)
    return (await session.execute(wanted.order_by(col(Alert.id)).limit(1))).scalar_one_or_none()


async def by_source(session: AsyncSession, sender: str, identifier: str) -> Alert | None:
    """The alert that one of its forms knows by this name: a paste keeps its own after a feed has proved it."""
    wanted = select(Alert).join(AlertSource, col(AlertSource.alert_id) == col(Alert.id))
    wanted = wanted.where(col(AlertSource.sender) == sender, col(AlertSource.identifier) == identifier)
    return (await session.execute(wanted.limit(1))).scalar_one_or_none()


async def by_uid(session: AsyncSession, uid: str) -> Alert | None:
    return (await session.execute(select(Alert).where(col(Alert.uid) == uid))).scalar_one_or_none()


async def typed_in_like(session: AsyncSession, alert: Alert) -> Alert | None:
    """An alert that an officer typed in and that this one, from a feed, now proves."""
    wanted = select(Alert).where(
        col(Alert.typed_in),
        col(Alert.event_code) == alert.event_code,
        col(Alert.grade) == alert.grade,
        col(Alert.msg_type) == alert.msg_type,
        col(Alert.sent).between(alert.sent - SAME_PASTE, alert.sent + SAME_PASTE),
    )
    rows = (await session.execute(wanted)).scalars().all()
    return next((row for row in rows if row.sender_name == alert.sender_name), None)


async def in_force(session: AsyncSession, threads: Iterable[str]) -> Sequence[Alert]:
    """Alerts of these threads that went out or wait, oldest first; no drills."""
    wanted = select(Alert).where(
        col(Alert.kind) != Kind.drill,
        col(Alert.thread).in_(list(threads)),
        col(Alert.status).in_([Status.issued, Status.held]),
        col(Alert.msg_type) != "Cancel",
    )
    return (await session.execute(wanted.order_by(col(Alert.sent), col(Alert.id)))).scalars().all()


async def waiting_clears(session: AsyncSession, thread: str) -> Sequence[Alert]:
    """All-clears of a thread that wait for a person."""
    wanted = select(Alert).where(
        col(Alert.thread) == thread, col(Alert.status) == Status.held, col(Alert.msg_type) == "Cancel"
    )
    return (await session.execute(wanted.order_by(col(Alert.id)))).scalars().all()


async def overtaken_by(session: AsyncSession, alert: Alert) -> Alert | None:
    """What was taken before `alert` came, though it was said after it and names it as replaced. An update that still
    waits, or was refused, replaces nothing; an all-clear that waits has said already that it is over."""
    written = json.dumps(alert.identifier, ensure_ascii=False)[1:-1]  # as bot.db writes JSON
    wanted = select(Alert).where(
        col(Alert.sent) >= alert.sent,
        col(Alert.identifier) != alert.identifier,
        col(Alert.msg_type).in_(["Update", "Cancel"]),
        col(Alert.kind) != Kind.drill,
        sa.cast(col(Alert.content), sa.Text).contains(written, autoescape=True),
    )
    rows = (await session.execute(wanted.order_by(col(Alert.sent), col(Alert.id)))).scalars()
    return next((row for row in rows if _names(row, alert) and _stands(row)), None)


def _names(later: Alert, alert: Alert) -> bool:
    return any(
        one["identifier"] == alert.identifier and (later.national or not one["sender"] or one["sender"] == alert.sender)
        for one in later.content.get("references") or ()
    )


def _stands(later: Alert) -> bool:
    if later.status is Status.stored:
        return later.note in OVER
    return later.status is not Status.held or later.msg_type == "Cancel"


async def same_in_force(session: AsyncSession, alert: Alert, at: datetime) -> Sequence[Alert]:
    """Issued alerts of the same hazard that others said and that are not over; neither a drill nor what we say
    ourselves counts among them."""
    wanted = select(Alert).where(
        col(Alert.kind).in_(RELAYED),
        col(Alert.status) == Status.issued,
        col(Alert.event_code) == alert.event_code,
        col(Alert.msg_type) != "Cancel",
        sa.or_(col(Alert.expires).is_(None), col(Alert.expires) > at),
    )
    return (await session.execute(wanted)).scalars().all()


async def hold_thread(session: AsyncSession, uid: str) -> None:
    """Until this transaction ends nobody else replaces or ends anything in the thread of the alert `uid`: of two who
    do so at once the second sees what the first has done."""
    thread = sa.select(col(Alert.thread)).where(col(Alert.uid) == uid).scalar_subquery()
    await session.execute(sa.select(col(Alert.id)).where(col(Alert.uid) == thread).with_for_update())
    for known in [one for one in session.identity_map.values() if isinstance(one, Alert)]:
        await session.refresh(known)
