"""What is due of those who were sent: they are told to go, or not to; what is over is closed with its reason; and whom
nobody has heard of rings the desk. Each knock in a transaction of its own."""

from datetime import datetime, timedelta
from functools import partial
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from bot.config import Settings
from bot.deps import Deps
from bot.directory.models import Address
from bot.record.entries import record
from bot.sweeps.each import each, paused
from broadcasts.alerts.models import Alert, Status
from broadcasts.dispatch.models import Recall
from broadcasts.ladder.over import over_because
from broadcasts.tasks.knocks.cards import OFF, close_card
from broadcasts.tasks.knocks.close import call_off
from broadcasts.tasks.knocks.models import UNTOLD, WAITS, Knock, State, Tell
from broadcasts.tasks.knocks.onward import move_on, newest
from broadcasts.tasks.knocks.overdue import has_answered
from broadcasts.tasks.knocks.report import ring
from broadcasts.tasks.knocks.states import OPEN, Why
from broadcasts.tasks.knocks.told import call_back, send_off

BY, SWEEP = "system", "tasks.knock"
MOST = 50  # in one tick, a second
PAST = timedelta(hours=1)  # after an outage nobody hears of what was over so long ago


async def anything_due(session: AsyncSession, at: datetime) -> bool:
    return (await session.execute(_due(at).limit(1))).first() is not None


async def sweep_due(deps: Deps, at: datetime) -> int:
    """How many knocks were dealt with; of a night's thousands so many at a time that others have their turn, what broke
    last. After an outage the present counts: who should have gone to a door that needs nobody any more is not sent."""
    async with deps.read() as session:
        due = dict.fromkeys((await session.execute(_due(at))).scalars())
        broken = await paused(session, SWEEP) if len(due) > MOST else set[str]()
    first = sorted(due, key=lambda one: str(one) in broken)[:MOST]
    return await each(deps, SWEEP, first, partial(_deal, settings=deps.settings, at=at), at)


def _due(at: datetime) -> sa.Select[int]:
    over = sa.or_(
        col(Alert.status) != Status.issued, col(Alert.msg_type) == "Cancel", col(Alert.expires) <= at, _recalled(),
    )  # fmt: skip
    late = sa.and_(col(Knock.due_at) <= at, col(Knock.late_at).is_(None))
    waits = sa.and_(WAITS, sa.or_(late, col(Knock.alert_id).is_(None), over, _left(), _answered()))
    few = sa.union(*(sa.select(col(Knock.id)).where(one) for one in (UNTOLD, WAITS)))  # by the partial indexes
    wanted = sa.select(col(Knock.id)).join(Alert, col(Alert.id) == col(Knock.alert_id), isouter=True)
    return wanted.where(col(Knock.id).in_(few), sa.or_(UNTOLD, waits)).order_by(col(Knock.id))


async def _deal(session: AsyncSession, knock_id: int, *, settings: Settings, at: datetime) -> int:
    ours = select(Knock).where(col(Knock.id) == knock_id).with_for_update()
    knock = (await session.execute(ours)).scalar_one()
    alert = await session.get(Alert, knock.alert_id) if knock.alert_id else None
    if knock.state in OPEN and (newer := await move_on(session, knock, alert, at)):
        alert = newer
    if knock.state in OPEN and (why := await _why_over(session, knock, alert, at)):
        await call_off(session, knock, why, by=BY, at=at)
        if why is Why.left:
            await ring(session, knock, "left", by=BY, at=at)
    if knock.tell is Tell.go:
        await _go(session, settings, knock, alert, at)
    elif knock.tell is Tell.off:
        await _off(session, settings, knock, at)
    if knock.state in OPEN and knock.due_at <= at and knock.late_at is None:
        knock.late_at = at
        session.add(knock)
        record(session, BY, "knock.overdue", knock.uid, at, broadcast=knock.broadcast_id)
        await ring(session, knock, "overdue", by=BY, at=at)
    return 1


async def _go(session: AsyncSession, settings: Settings, knock: Knock, alert: Alert | None, at: datetime) -> None:
    knock.tell = Tell.nothing
    session.add(knock)
    if not await send_off(session, settings, knock, alert, at):
        await call_off(session, knock, Why.left, by=BY, at=at)
        await ring(session, knock, "left", by=BY, at=at)


async def _off(session: AsyncSession, settings: Settings, knock: Knock, at: datetime) -> None:
    knock.tell = Tell.nothing
    session.add(knock)
    told = at - (knock.done_at or at) <= PAST and await call_back(session, settings, knock, at)
    await close_card(session, knock, OFF, at=at)
    record(session, BY, "knock.called_back", knock.uid, at, told=told)


async def _why_over(session: AsyncSession, knock: Knock, alert: Alert | None, at: datetime) -> Why | None:
    if (over := over_because(alert, at)) == Why.superseded and alert is not None:
        newer = await newest(session, alert)
        return Why.cancelled if newer is not None and newer.msg_type == "Cancel" else Why.superseded
    if over:
        return Why(over)
    facts: list[tuple[sa.ColumnElement[bool], Why]] = [
        (_answered(), Why.answered), (_recalled(), Why.recalled), (_left(), Why.left),
    ]  # fmt: skip
    for fact, why in facts:
        if await session.scalar(sa.select(col(Knock.id)).where(col(Knock.id) == knock.id, fact)) is not None:
            return why
    return None


def _recalled() -> sa.ColumnElement[bool]:
    """Of a Knock: its warning was taken back."""
    return sa.exists().where(col(Recall.broadcast_id) == col(Knock.broadcast_id))


def _answered() -> sa.ColumnElement[bool]:
    """Of a Knock: her answer was committed while somebody was being sent, and so called nobody back."""
    return sa.and_(col(Knock.state) == State.going, has_answered())


def _left() -> sa.ColumnElement[bool]:
    """Of a Knock: whoever was sent had addresses, and has none that lives."""
    hers: Any = col(Address.person_id) == col(Knock.knocker_id)
    lives = sa.exists().where(hers, col(Address.gone_at).is_(None))
    return sa.and_(sa.exists().where(hers), ~lives)
