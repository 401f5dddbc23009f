"""What was played at one loudspeaker or screen: its copies, the newest first, with what was said of each."""

from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from bot.directory.outlets.models import OutletKind
from broadcasts.alerts.models import Alert
from broadcasts.answers.models import Answer
from broadcasts.dispatch.byhand.outlets import last_said
from broadcasts.dispatch.models import Broadcast, Delivery
from broadcasts.dispatch.states import State

MOST = 50


@dataclass(frozen=True)
class Past:
    alert: Alert
    broadcast: Broadcast
    state: State
    reason: str
    answer: Answer | None


async def past(session: AsyncSession, outlet_id: int, kind: OutletKind) -> list[Past]:
    rows = (
        await session.execute(
            sa.select(Alert, Broadcast, sa.func.coalesce(col(Delivery.state), State.queued.value), col(Delivery.reason))
            .join(Broadcast, col(Broadcast.id) == col(Delivery.broadcast_id))
            .join(Alert, col(Alert.id) == col(Broadcast.alert_id))
            .where(col(Delivery.target_kind) == kind.value, col(Delivery.target_id) == outlet_id)
            .order_by(col(Delivery.id).desc())
            .limit(MOST)
        )
    ).all()
    said = await last_said(session, {row[1].id for row in rows})
    return [Past(a, b, State(state), reason, said.get((b.id, outlet_id))) for a, b, state, reason in rows]
