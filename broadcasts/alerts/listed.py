"""Alerts as a person looks for them: by how they stand now, by colour, by a word; newest first, page by page."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from broadcasts.alerts.models import Alert, Kind, Status
from broadcasts.hazards.grades import Grade


class Standing(StrEnum):
    """How an alert stands at a moment; computed, never a column."""

    held = "held"
    force = "force"
    over = "over"
    stored = "stored"


@dataclass(frozen=True)
class Wanted:
    """What is looked for; empty means any. `text` is a part of the hazard, the headline or the sender."""

    standing: Standing | None = None
    grade: Grade | None = None
    text: str = ""


def standing(alert: Alert, at: datetime) -> Standing:
    if alert.status in {Status.held, Status.stored}:
        return Standing(alert.status.value)
    over = alert.status is Status.ended or alert.msg_type == "Cancel"
    return Standing.over if over or (alert.expires is not None and alert.expires <= at) else Standing.force


async def listed(
    session: AsyncSession, wanted: Wanted, at: datetime, *, most: int, before: int | None = None
) -> Sequence[Alert]:
    """The newest `most` alerts, of those with an id below `before` where given. Drills stand in rooms of their own."""
    query = select(Alert).where(col(Alert.kind) != Kind.drill).order_by(col(Alert.id).desc()).limit(most)
    if before is not None:
        query = query.where(col(Alert.id) < before)
    if wanted.grade:
        query = query.where(col(Alert.grade) == wanted.grade)
    if wanted.text:
        columns = (col(Alert.event), col(Alert.headline), col(Alert.sender_name))
        query = query.where(sa.or_(*(c.contains(wanted.text, autoescape=True) for c in columns)))
    if wanted.standing:
        query = query.where(_stands(wanted.standing, at))
    return (await session.execute(query)).scalars().all()


async def threaded(session: AsyncSession, thread: str) -> Sequence[Alert]:
    """A thread, oldest first."""
    wanted = select(Alert).where(col(Alert.thread) == thread).order_by(col(Alert.sent), col(Alert.id))
    return (await session.execute(wanted)).scalars().all()


async def newest(session: AsyncSession) -> Alert | None:
    """The last that went out, drills left out."""
    out = sa.and_(col(Alert.status).in_([Status.issued, Status.ended]), col(Alert.kind) != Kind.drill)
    return (
        await session.execute(select(Alert).where(out).order_by(col(Alert.id).desc()).limit(1))
    ).scalar_one_or_none()


def _stands(wanted: Standing, at: datetime) -> sa.ColumnElement[bool]:
    if wanted in {Standing.held, Standing.stored}:
        return col(Alert.status) == Status(wanted.value)
    issued = col(Alert.status) == Status.issued
    lasts = sa.and_(col(Alert.msg_type) != "Cancel", sa.or_(col(Alert.expires).is_(None), col(Alert.expires) > at))
    if wanted is Standing.force:
        return sa.and_(issued, lasts)
    return sa.or_(col(Alert.status) == Status.ended, sa.and_(issued, sa.not_(lasts)))
