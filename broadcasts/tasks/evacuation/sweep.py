"""What is due of the villages that are moved: whoever answers for them is told, the silent are told again and those who
stand in, the desk is rung; and what is over is closed with its reason. Each village in a transaction of its own."""

from collections.abc import Sequence
from datetime import datetime
from functools import partial

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from bot.config import Settings
from bot.deps import Deps
from bot.record.entries import record
from bot.sweeps.each import each, paused
from broadcasts.alerts.models import Alert
from broadcasts.ladder.models import LadderRule, Whom
from broadcasts.tasks.evacuation import alarm
from broadcasts.tasks.evacuation.figures import declined, standing
from broadcasts.tasks.evacuation.models import (
    LIVE,
    UNTOLD,
    Evacuation,
    EvacuationOrder,
    EvacuationWord,
    State,
    Tell,
)
from broadcasts.tasks.evacuation.onward import beside, over, overtaken
from broadcasts.tasks.evacuation.queries import words_of
from broadcasts.tasks.evacuation.rungs import following, moment
from broadcasts.tasks.evacuation.told import ask, send, times
from broadcasts.tasks.evacuation.told import call_off as tell_off

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
    few = sa.union(*(sa.select(col(Evacuation.id)).where(one) for one in (UNTOLD, LIVE)))  # by the partial indexes
    waits = sa.and_(LIVE, sa.or_(col(Evacuation.due_at) <= at, over(at)))
    wanted = beside(sa.select(col(Evacuation.id)))
    return wanted.where(col(Evacuation.id).in_(few), sa.or_(UNTOLD, waits)).order_by(col(Evacuation.id))


async def _deal(session: AsyncSession, evacuation_id: int, *, settings: Settings, at: datetime) -> int:
    ours = select(Evacuation).where(col(Evacuation.id) == evacuation_id).with_for_update()
    one = (await session.execute(ours)).scalar_one()
    moved = one.closed_at is None and await overtaken(session, one, at)
    alert = await session.get_one(Alert, one.alert_id)
    if moved:
        await _once_more(session, settings, one, alert, at)
    match one.tell:
        case Tell.go:
            await _go(session, settings, one, alert, at)
        case Tell.second:
            one.tell = Tell.nothing
            if not await _second(session, settings, one, alert, at):
                await _ring(session, one, at)
        case Tell.off:
            one.tell = Tell.nothing
            record(session, BY, "evacuation.called_off", one.uid, at, told=await tell_off(session, settings, one, at))
    session.add(one)
    await session.flush()
    if one.closed_at is None and one.due_at is not None and one.due_at <= at:
        await _step(session, settings, one, alert, at)
    return 1


async def _go(session: AsyncSession, settings: Settings, one: Evacuation, alert: Alert, at: datetime) -> None:
    one.tell = Tell.nothing
    sent = await send(session, settings, one, alert, one.person_id, at)
    if sent is not None:
        one.told_id = sent.id
    elif not await _second(session, settings, one, alert, at):
        await _ring(session, one, at)


async def _second(session: AsyncSession, settings: Settings, one: Evacuation, alert: Alert, at: datetime) -> bool:
    """Who stands in is told, and why. False where nobody does whom a road reaches."""
    sent = await send(session, settings, one, alert, one.second_id, at) if one.second_id else None
    if sent is not None:
        one.second_at = one.second_at or at
    return sent is not None


async def _once_more(session: AsyncSession, settings: Settings, one: Evacuation, alert: Alert, at: datetime) -> None:
    """What the update has overtaken in the queue, so that it never leaves."""
    said = await _words(session, one)
    if one.state is not State.asked and not standing(said).cannot:
        return
    if one.told_id and not declined(said, one.person_id) and not await times(session, one, one.person_id):
        one.tell = Tell.go
    if one.second_at and one.second_id and not await times(session, one, one.second_id):
        await _second(session, settings, one, alert, at)


async def _step(session: AsyncSession, settings: Settings, one: Evacuation, alert: Alert, at: datetime) -> None:
    """One step of those whose moment has come; after an outage what was missed is done once."""
    order, said = await session.get_one(EvacuationOrder, one.order_id), await _words(session, one)
    cannot = standing(said).cannot
    if order.until <= at or (one.state is State.heard and not cannot):
        return await _until(session, settings, one, said, at)
    if cannot:
        one.due_at = order.until
        return await _in_vain(session, settings, one, alert, said, at)
    rules = (await session.execute(select(LadderRule))).scalars().all()
    due = []
    while (rule := following(rules, alert, one.step, order.at, settings.zone)) and moment(rule, order.at) <= at:
        due.append(rule)
        one.step = rule.number
    one.due_at = min(moment(rule, order.at), order.until) if rule else order.until
    for rule in due[-1:]:
        record(session, BY, "evacuation.step", one.uid, at, step=rule.number, whom=rule.whom.value)
    if any(rule.whom is Whom.silent for rule in due):
        await send(session, settings, one, alert, one.person_id, at)
        await _second(session, settings, one, alert, at)
    if any(rule.whom is Whom.desk for rule in due):
        await _ring(session, one, at)
    session.add(one)
    return None


async def _in_vain(
    session: AsyncSession, settings: Settings, one: Evacuation, alert: Alert, said: Sequence[EvacuationWord],
    at: datetime,
) -> None:  # fmt: skip
    """Somebody cannot go, and nobody has said since that they do: who is left is told again, and the desk rung."""
    record(session, BY, "evacuation.step", one.uid, at, step=one.step, whom=Whom.desk.value)
    if not declined(said, one.person_id):
        await send(session, settings, one, alert, one.person_id, at)
    if not declined(said, one.second_id):
        await _second(session, settings, one, alert, at)
    await _ring(session, one, at)


async def _until(
    session: AsyncSession, settings: Settings, one: Evacuation, said: Sequence[EvacuationWord], at: datetime
) -> None:
    """The time is over, and nobody has said that it is finished."""
    one.due_at = None
    record(session, BY, "evacuation.overdue", one.uid, at, state=one.state.value)
    for person_id in _at_it(one, said):
        await ask(session, settings, one, person_id, at)
    await _ring(session, one, at)


def _at_it(one: Evacuation, said: Sequence[EvacuationWord]) -> list[int]:
    """Who would know: whoever spoke last, else all who were told, without who cannot go."""
    last = standing(said).last
    spoke = last.person_id if last else None
    told = [one.person_id, *([one.second_id] if one.second_id and (one.second_at or spoke == one.second_id) else [])]
    able = [person_id for person_id in told if not declined(said, person_id)] or told
    return [spoke] if spoke in able else able


async def _words(session: AsyncSession, one: Evacuation) -> Sequence[EvacuationWord]:
    return (await words_of(session, [one.id]))[one.id]


async def _ring(session: AsyncSession, one: Evacuation, at: datetime) -> None:
    one.alarm_at = one.alarm_at or at
    session.add(one)
    await alarm.ring(session, one, by=BY, at=at)
