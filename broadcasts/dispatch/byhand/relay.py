"""Groups of personal WeChat, which no API reaches: the copy is a person's task. It is sent when the text was shown to
whoever forwards it; 已转发 is an answer, and no copy becomes delivered by it."""

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from bot.directory.models import Group
from broadcasts.alerts.models import Alert, Status
from broadcasts.answers.models import Answer, Said
from broadcasts.dispatch import tallies
from broadcasts.dispatch.models import Broadcast, Delivery, Text
from broadcasts.dispatch.states import State

CHANNEL = "relay"
OPEN = (State.queued, State.sent)


@dataclass(frozen=True, slots=True)
class RelayTask:
    """One text for one group; `relayed_at` is when somebody said 已转发."""

    delivery_id: int
    broadcast_id: str
    group_id: int
    group: str
    text: str
    state: State
    relayed_at: datetime | None


async def tasks_for(session: AsyncSession, person_id: int, at: datetime) -> list[RelayTask]:
    """What this person has to forward of what is in force, the newest first."""
    done = (
        sa.select(col(Answer.broadcast_id), col(Answer.group_id), sa.func.min(col(Answer.at)).label("at"))
        .where(col(Answer.said) == Said.relayed, col(Answer.undone_at).is_(None))
        .group_by(col(Answer.broadcast_id), col(Answer.group_id))
    ).subquery()
    same = (done.c.broadcast_id == col(Delivery.broadcast_id)) & (done.c.group_id == col(Group.id))
    rows = await session.execute(
        sa.select(
            col(Delivery.id), col(Delivery.broadcast_id), col(Group.id), col(Group.name), col(Group.kind),
            col(Delivery.state), done.c.at,
        )
        .join(Broadcast, col(Broadcast.id) == col(Delivery.broadcast_id))
        .join(Alert, col(Alert.id) == col(Broadcast.alert_id))
        .join(Group, col(Group.id) == col(Delivery.target_id))
        .join(done, same, isouter=True)
        .where(
            col(Delivery.channel) == CHANNEL,
            col(Delivery.address).contains(f"|{int(person_id)}|"),
            col(Delivery.state).in_(OPEN),
            col(Alert.status) == Status.issued,
            sa.or_(col(Alert.expires).is_(None), col(Alert.expires) > at),
        )
        .order_by(col(Delivery.broadcast_id).desc(), col(Delivery.id))
    )  # fmt: skip
    found = rows.all()
    texts = await _texts(session, {row[1] for row in found})
    return [
        RelayTask(number, broadcast, group, name, texts.get((broadcast, kind), ""), state, at_)
        for number, broadcast, group, name, kind, state, at_ in found
    ]


async def shown(session: AsyncSession, delivery_id: int, at: datetime) -> bool:
    """The text was put before whoever forwards it. False where it was before, or is no longer needed."""
    moved = await session.execute(
        sa.update(Delivery)
        .where(col(Delivery.id) == delivery_id, col(Delivery.channel) == CHANNEL, col(Delivery.state) == State.queued)
        .values(state=State.sent)
        .returning(col(Delivery.broadcast_id), sa.func.coalesce(col(Delivery.town_id), 0))
    )
    row = moved.one_or_none()
    if row is None:
        return False
    key = (row[0], CHANNEL, int(row[1]))
    await tallies.add(session, {(*key, State.queued.value): -1, (*key, State.sent.value): 1})
    await tallies.finish(session, [row[0]], at)
    return True


async def drop(session: AsyncSession, alerts: Collection[int], *, reason: str, at: datetime) -> int:
    """These alerts are over or replaced: what nobody has seen is not forwarded any more. How many tasks."""
    mine = sa.select(col(Broadcast.id)).where(col(Broadcast.alert_id).in_(alerts))
    return await drop_of(session, mine, reason=reason, at=at)


async def drop_of(session: AsyncSession, mine: sa.Select[str], *, reason: str, at: datetime) -> int:
    """The same of these broadcasts."""
    moved = await session.execute(
        sa.update(Delivery)
        .where(
            col(Delivery.broadcast_id).in_(mine), col(Delivery.channel) == CHANNEL, col(Delivery.state) == State.queued
        )
        .values(state=State.skipped, reason=reason)
        .returning(col(Delivery.broadcast_id), sa.func.coalesce(col(Delivery.town_id), 0))
    )
    gone = Counter((broadcast, CHANNEL, int(town)) for broadcast, town in moved)
    if gone:
        await tallies.skip(session, gone, at)
    return gone.total()


async def _texts(session: AsyncSession, broadcasts: Collection[str]) -> dict[tuple[str, str], str]:
    """By broadcast and kind of group."""
    wanted = sa.select(col(Text.broadcast_id), col(Text.label), col(Text.parts))
    rows = await session.execute(wanted.where(col(Text.broadcast_id).in_(broadcasts), col(Text.channel) == CHANNEL))
    return {(broadcast, kind): "\n".join(parts) for broadcast, label, parts in rows for kind in label.split("、")}
