"""Groups of personal WeChat, which no API reaches: somebody forwards the text and says 已转发."""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from bot.directory.models import Group
from broadcasts.alerts.models import Alert
from broadcasts.answers.models import Answer, Said
from broadcasts.dispatch.byhand.tasks import due, texts
from broadcasts.dispatch.models import Broadcast, Delivery
from broadcasts.dispatch.states import State

CHANNEL = "relay"


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
        .where(col(Delivery.channel) == CHANNEL, *due(person_id, at))
        .order_by(col(Delivery.broadcast_id).desc(), col(Delivery.id))
    )  # fmt: skip
    found = rows.all()
    said = await texts(session, {row[1] for row in found}, CHANNEL)
    return [
        RelayTask(number, broadcast, group, name, said.get((broadcast, kind), ""), state, at_)
        for number, broadcast, group, name, kind, state, at_ in found
    ]
