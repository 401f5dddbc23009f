"""Sending somebody to a door: by the ladder's last rung, or by an officer's hand."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from bot.config import Settings
from bot.directory.models import Person
from bot.directory.tree import tree
from bot.directory.turns import in_turn
from bot.errors import Conflict
from bot.ids import uuid7
from bot.record.entries import record
from broadcasts.alerts.models import Alert
from broadcasts.answers.counted import Silent, silent
from broadcasts.dispatch.models import Broadcast
from broadcasts.dispatch.texts.render import render
from broadcasts.release.holds import open_hold
from broadcasts.release.models import Hold
from broadcasts.release.verdict import Reason
from broadcasts.tasks.knocks.close import SENT, about_all, call_off, settled
from broadcasts.tasks.knocks.models import Knock
from broadcasts.tasks.knocks.near import Door, neighbours
from broadcasts.tasks.knocks.overdue import renew
from broadcasts.tasks.knocks.states import OPEN, Why

WITHIN = timedelta(minutes=20)  # for a word from the door, where no row of the ladder says otherwise
BY = "system"
DOORS = 3  # to so many one person is sent by rule; an officer may send to more
NAMED = 6  # of those to whose doors nobody can be sent


class HasAnswered(Conflict):
    """没有派：这个人已经应答了。"""


class SentAlready(Conflict):
    """没有派：刚才已经有人派了别人去，请看单子上是谁。"""


class CannotGo(Conflict):
    """没有派：这个人去不了，或没有路能告诉他。请另选一位，或打电话请人去。"""


class Lone(Conflict):
    """没有派：不能派本人去敲自己的门。请另选一位。"""


async def send_all(
    session: AsyncSession, settings: Settings, broadcast: Broadcast, alert: Alert, quiet: Sequence[Silent],
    within: timedelta, at: datetime,
) -> int:  # fmt: skip
    """Whoever is proposed first goes to each of the silent to whom nobody is on the way. How many; of those to whom
    nobody can be sent the desk hears."""
    areas, on_way = await tree(session), await going(session, broadcast.id)
    doors = [one for one in quiet if one.person_id not in on_way]
    near = await neighbours(session, settings, areas, broadcast, [Door(one.person_id, one.area_id) for one in doors])
    numbers, sent, alone = await _numbers(session, broadcast.id), 0, list[Silent]()
    for one in doors:
        first = near.first(Door(one.person_id, one.area_id), DOORS)
        if first is None:
            alone.append(one)
            continue
        near.take(first)
        sent += 1
        number = numbers.get(one.person_id, 0) + 1
        _add(session, broadcast, one.person_id, first, number, within=within or WITHIN, by=BY, at=at)
    await session.flush()
    if alone and not broadcast.drill:  # a drill rings no desk
        await _nobody_near(session, broadcast, alert, alone, at)
    return sent


async def send(
    session: AsyncSession, settings: Settings, broadcast: Broadcast, person: Person, knocker: Person, *,
    instead_of: str, by: str, at: datetime,
) -> Knock:  # fmt: skip
    """By hand. `instead_of` is the uid of the knock that the officer saw on the way, empty where nobody was: whoever
    comes second learns it. Raises HasAnswered, SentAlready, CannotGo or Lone."""
    if person.id == knocker.id:
        raise Lone
    await in_turn(session, person.id)
    now = (await going(session, broadcast.id)).get(person.id)
    if now is not None and now.knocker_id == knocker.id:
        return now
    if (now.uid if now else "") != instead_of:
        raise SentAlready
    if person.id not in {one.person_id for one in await silent(session, broadcast.id, inside=person.area_id)}:
        raise HasAnswered
    areas = await tree(session)
    door = Door(person.id, person.area_id)
    near = await neighbours(session, settings, areas, broadcast, [door])
    if not near.holds(door, knocker.id):
        raise CannotGo
    if now is not None:
        await call_off(session, now, Why.changed, by=by, at=at)
    await settled(session, broadcast.id, person.id, decision=SENT, by=by, at=at)
    number = (await _numbers(session, broadcast.id)).get(person.id, 0) + 1
    made = _add(session, broadcast, person.id, knocker.id, number, within=WITHIN, by=by, at=at)
    await session.flush()
    await renew(session, broadcast.id, SENT, by=by, at=at)
    return made


async def going(session: AsyncSession, broadcast_id: str) -> dict[int, Knock]:
    """By whose door it is: who is on the way there."""
    wanted = select(Knock).where(col(Knock.broadcast_id) == broadcast_id, col(Knock.state).in_(OPEN))
    return {one.person_id: one for one in (await session.execute(wanted)).scalars()}


def _add(
    session: AsyncSession, broadcast: Broadcast, person_id: int, knocker_id: int, number: int, *, within: timedelta,
    by: str, at: datetime,
) -> Knock:  # fmt: skip
    made = Knock(
        uid=uuid7(at), broadcast_id=broadcast.id, alert_id=broadcast.alert_id, person_id=person_id,
        knocker_id=knocker_id, number=number, road=broadcast.road, drill=broadcast.drill, sent_at=at, sent_by=by,
        due_at=at + within,
    )  # fmt: skip
    session.add(made)
    facts = {"broadcast": broadcast.id, "person": person_id, "knocker": knocker_id, "number": number}
    record(session, by, "knock.sent", made.uid, at, **facts)
    return made


async def _numbers(session: AsyncSession, broadcast_id: str) -> dict[int, int]:
    wanted = sa.select(col(Knock.person_id), sa.func.max(col(Knock.number)))
    rows = await session.execute(wanted.where(col(Knock.broadcast_id) == broadcast_id).group_by(col(Knock.person_id)))
    return {person: number for person, number in rows}


async def _nobody_near(
    session: AsyncSession, broadcast: Broadcast, alert: Alert, alone: Sequence[Silent], at: datetime
) -> Hold:
    names = [f"{one.village}{one.name}" for one in alone[:NAMED]]
    what = f"{alert.grade.zh if alert.grade else ''}{alert.event}"
    said = render("no_knocker.txt", names=names, count=len(alone), what=what)
    return await open_hold(
        session, Reason.knock, about=about_all(broadcast.id), said=said, by=BY, at=at, alert_id=alert.id
    )
