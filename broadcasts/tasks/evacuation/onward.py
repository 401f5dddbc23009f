"""What becomes of the warning under which a village is moved: an update takes the village along, an all-clear or a
recall ends it. A signal that has run out by the clock is no all-clear: people may be half moved, and the desk is asked.
"""

from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased
from sqlmodel import col, select

from bot.directory.models import Area
from bot.record.entries import record
from broadcasts.alerts.models import Alert, Status
from broadcasts.dispatch.models import Broadcast, Recall
from broadcasts.ladder.over import over_because
from broadcasts.release.models import Hold
from broadcasts.tasks.evacuation import alarm
from broadcasts.tasks.evacuation.close import call_off
from broadcasts.tasks.evacuation.models import Evacuation, EvacuationOrder
from broadcasts.tasks.evacuation.states import OPEN, Why
from broadcasts.tasks.knocks.onward import newest

BY = "system"
GRACE = timedelta(hours=1)  # after `until`, when who has not finished is asked, for an answer


def over(at: datetime) -> sa.ColumnElement[bool]:
    """Of an Evacuation beside its Alert, its EvacuationOrder and its Area: something has become of the warning."""
    by_hand = sa.or_(col(Alert.replaced_by).is_not(None), col(Alert.expires).is_(None), col(Alert.expires) > at)
    ran_out = sa.or_(col(EvacuationOrder.until) <= at - GRACE, _unasked(), _followed())
    return sa.or_(
        col(Alert.msg_type) == "Cancel", sa.and_(col(Alert.status) != Status.issued, by_hand), _recalled(),
        sa.and_(col(Alert.expires) <= at, ran_out),
    )  # fmt: skip


async def overtaken(session: AsyncSession, one: Evacuation, at: datetime) -> bool:
    """Whether the village is moved for a newer warning from now on. What ended closes it; what has only run out does
    once the order's own time is over too."""
    alert = await session.get_one(Alert, one.alert_id)
    newer = await _newer(session, alert, at)
    why = over_because(newer or alert, at)
    moved = newer is not None and why in {"", Why.expired}
    if newer is not None and moved:
        one.alert_id = newer.id
        session.add(one)
        record(session, BY, "evacuation.moved", one.uid, at, alert=newer.uid, before=alert.uid)
    if why == Why.expired and at < (await session.get_one(EvacuationOrder, one.order_id)).until + GRACE:
        await _ask_the_desk(session, one, at)
        why = ""
    if not why and await _is(session, one, _recalled()):
        why = Why.recalled
    if why:
        await call_off(session, one, Why(why), by=BY, at=at)
    return moved and not why


async def _newer(session: AsyncSession, alert: Alert, at: datetime) -> Alert | None:
    """What replaced it; or, where it had run out before, what came after it in its thread."""
    named = await newest(session, alert)
    if named is not None or over_because(alert, at) != Why.expired:
        return named
    wanted = select(Alert).where(
        col(Alert.thread) == alert.thread, col(Alert.id) > alert.id, col(Alert.status) == Status.issued,
        col(Alert.kind) == alert.kind,
    )  # fmt: skip
    return (await session.execute(wanted.order_by(col(Alert.id).desc()).limit(1))).scalars().first()


async def _ask_the_desk(session: AsyncSession, one: Evacuation, at: datetime) -> None:
    if await _is(session, one, _unasked()):
        await alarm.ring(session, one, by=BY, at=at)


async def _is(session: AsyncSession, one: Evacuation, what: sa.ColumnElement[bool]) -> bool:
    return (
        await session.scalar(beside(sa.select(col(Evacuation.id))).where(col(Evacuation.id) == one.id, what))
        is not None
    )


def beside(wanted: sa.Select[int]) -> sa.Select[int]:
    return (
        wanted.join(Alert, col(Alert.id) == col(Evacuation.alert_id))
        .join(EvacuationOrder, col(EvacuationOrder.id) == col(Evacuation.order_id))
        .join(Area, col(Area.id) == col(Evacuation.area_id))
    )


def _unasked() -> sa.ColumnElement[bool]:
    """The warning was ended by the clock, and its desk is not rung, and was not since."""
    since = sa.or_(col(Hold.opened_at) >= col(Alert.ended_at), col(Hold.closed_at).is_(None))
    asked = sa.exists().where(col(Hold.about) == alarm.about_its_town(), since)
    return sa.and_(
        col(Alert.status) == Status.ended, col(Evacuation.state).in_(OPEN), col(Evacuation.drill).is_(False), ~asked
    )


def _followed() -> sa.ColumnElement[bool]:
    after = aliased(Alert)
    return sa.and_(
        col(Alert.status) == Status.ended,
        sa.exists().where(
            col(after.thread) == col(Alert.thread), col(after.id) > col(Alert.id), col(after.status) == Status.issued,
            col(after.kind) == col(Alert.kind),
        ),
    )  # fmt: skip


def _recalled() -> sa.ColumnElement[bool]:
    """Of an Evacuation: its warning was taken back."""
    of = sa.select(col(Broadcast.id)).where(col(Broadcast.alert_id) == col(Evacuation.alert_id))
    return sa.exists().where(col(Recall.broadcast_id).in_(of))
