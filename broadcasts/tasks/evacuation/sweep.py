"""What is due of the villages that are moved: whoever answers for them is told, the silent are told again and those who
stand in, the desk is rung; and what is over is closed with its reason. Each village in a transaction of its own."""

from datetime import datetime
from functools import partial

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from bot.config import Settings
from bot.deps import Deps
from bot.record.entries import record
from bot.sweeps.each import each, paused
from broadcasts.alerts.models import Alert, Status
from broadcasts.dispatch.models import Broadcast, Recall
from broadcasts.ladder.models import LadderRule, Whom
from broadcasts.ladder.over import over_because
from broadcasts.tasks.evacuation import alarm
from broadcasts.tasks.evacuation.close import call_off
from broadcasts.tasks.evacuation.models import LIVE, UNTOLD, Evacuation, EvacuationOrder, State, Tell
from broadcasts.tasks.evacuation.rungs import following, moment
from broadcasts.tasks.evacuation.states import Why
from broadcasts.tasks.evacuation.told import ask, send
from broadcasts.tasks.evacuation.told import call_off as tell_off
from broadcasts.tasks.knocks.onward import newest

BY, SWEEP = "system", "tasks.evacuation"
MOST = 50  # in one tick, a second


async def anything_due(session: AsyncSession, at: datetime) -> bool:
    return (await session.execute(_due(at).limit(1))).first() is not None


async def sweep_due(deps: Deps, at: datetime) -> int:
    """How many villages were dealt with, so many at a time, what broke last."""
    async with deps.read() as session:
        due = dict.fromkeys((await session.execute(_due(at))).scalars())
        broken = await paused(session, SWEEP) if len(due) > MOST else set[str]()
    first = sorted(due, key=lambda one: str(one) in broken)[:MOST]
    return await each(deps, SWEEP, first, partial(_deal, settings=deps.settings, at=at), at)


def _due(at: datetime) -> sa.Select[int]:
    over = sa.or_(
        col(Alert.status) != Status.issued, col(Alert.msg_type) == "Cancel", col(Alert.expires) <= at, _recalled()
    )
    few = sa.union(*(sa.select(col(Evacuation.id)).where(one) for one in (UNTOLD, LIVE)))  # by the partial indexes
    waits = sa.and_(LIVE, sa.or_(col(Evacuation.due_at) <= at, over))
    wanted = sa.select(col(Evacuation.id)).join(Alert, col(Alert.id) == col(Evacuation.alert_id))
    return wanted.where(col(Evacuation.id).in_(few), sa.or_(UNTOLD, waits)).order_by(col(Evacuation.id))


async def _deal(session: AsyncSession, evacuation_id: int, *, settings: Settings, at: datetime) -> int:
    ours = select(Evacuation).where(col(Evacuation.id) == evacuation_id).with_for_update()
    one = (await session.execute(ours)).scalar_one()
    if one.closed_at is None:
        await _overtaken(session, one, at)
    alert = await session.get_one(Alert, one.alert_id)
    match one.tell:
        case Tell.go:
            await _go(session, settings, one, alert, at)
        case Tell.second:
            one.tell = Tell.nothing
            await _second(session, settings, one, alert, at, cannot=True)
        case Tell.off:
            one.tell = Tell.nothing
            record(session, BY, "evacuation.called_off", one.uid, at, told=await tell_off(session, settings, one, at))
    session.add(one)
    await session.flush()
    if one.closed_at is None and one.due_at is not None and one.due_at <= at:
        await _step(session, settings, one, alert, at)
    return 1


async def _overtaken(session: AsyncSession, one: Evacuation, at: datetime) -> None:
    """An update sends nobody home: the village is moved for the newer warning. What ended closes it."""
    alert = await session.get_one(Alert, one.alert_id)
    why = over_because(alert, at)
    if why == Why.superseded:
        newer = await newest(session, alert)
        if newer is None or over_because(newer, at):
            why = over_because(newer, at) or Why.superseded
        else:
            one.alert_id, why = newer.id, ""
            session.add(one)
            record(session, BY, "evacuation.moved", one.uid, at, alert=newer.uid, before=alert.uid)
    recalled = sa.select(col(Evacuation.id)).where(col(Evacuation.id) == one.id, _recalled())
    if not why and await session.scalar(recalled) is not None:
        why = Why.recalled
    if why:
        await call_off(session, one, Why(why), by=BY, at=at)


async def _go(session: AsyncSession, settings: Settings, one: Evacuation, alert: Alert, at: datetime) -> None:
    one.tell = Tell.nothing
    sent = await send(session, settings, one, alert, one.person_id, at)
    if sent is not None:
        one.told_id = sent.id
    elif one.second_id:
        await _second(session, settings, one, alert, at)
    else:
        await _ring(session, one, at)


async def _second(
    session: AsyncSession, settings: Settings, one: Evacuation, alert: Alert, at: datetime, *, number: int = 1,
    cannot: bool = False,
) -> None:  # fmt: skip
    """Who stands in is told why; of who cannot, where nobody stands in whom a road reaches, the desk hears."""
    if one.second_id is None:
        return
    first = one.person_id
    sent = await send(session, settings, one, alert, one.second_id, at, number=number, instead_of=first, cannot=cannot)
    if sent is not None or cannot:
        one.second_at = one.second_at or at
    if sent is None and cannot:
        await _ring(session, one, at)


async def _step(session: AsyncSession, settings: Settings, one: Evacuation, alert: Alert, at: datetime) -> None:
    """One step of those whose moment has come; after an outage what was missed is done once."""
    order = await session.get_one(EvacuationOrder, one.order_id)
    if one.state is State.heard or order.until <= at:
        return await _until(session, settings, one, at)
    rules = (await session.execute(select(LadderRule))).scalars().all()
    due = []
    while (rule := following(rules, alert, one.step, order.at, settings.zone)) and moment(rule, order.at) <= at:
        due.append(rule)
        one.step = rule.number
    one.due_at = min(moment(rule, order.at), order.until) if rule else order.until
    for rule in due[-1:]:
        record(session, BY, "evacuation.step", one.uid, at, step=rule.number, whom=rule.whom.value)
    if any(rule.whom is Whom.silent for rule in due):
        await send(session, settings, one, alert, one.person_id, at, number=one.step)
        await _second(session, settings, one, alert, at, number=one.step)
    if any(rule.whom is Whom.desk for rule in due):
        await _ring(session, one, at)
    session.add(one)
    return None


async def _until(session: AsyncSession, settings: Settings, one: Evacuation, at: datetime) -> None:
    """The time is over, and nobody has said that it is finished."""
    one.due_at = None
    record(session, BY, "evacuation.overdue", one.uid, at, state=one.state.value)
    await ask(session, settings, one, one.second_id if one.second_at and one.second_id else one.person_id, at)
    await _ring(session, one, at)


async def _ring(session: AsyncSession, one: Evacuation, at: datetime) -> None:
    one.alarm_at = one.alarm_at or at
    session.add(one)
    await alarm.ring(session, one.order_id, by=BY, at=at)


def _recalled() -> sa.ColumnElement[bool]:
    """Of an Evacuation: its warning was taken back."""
    of = sa.select(col(Broadcast.id)).where(col(Broadcast.alert_id) == col(Evacuation.alert_id))
    return sa.exists().where(col(Recall.broadcast_id).in_(of))
