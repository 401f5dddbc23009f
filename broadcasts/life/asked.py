"""Which endings somebody was asked about and nobody has settled yet."""

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from broadcasts.alerts.models import Alert, Status
from broadcasts.dispatch.models import Broadcast, Delivery
from broadcasts.life.models import EndQuestion
from broadcasts.life.questions import SUBJECT


async def asked_of(session: AsyncSession, person_id: int) -> Sequence[Alert]:
    """Alerts without an end that are in force, about which this person was asked since anybody said 仍有效."""
    told = (
        sa.select(sa.literal(1))
        .select_from(Delivery)
        .join(Broadcast, col(Broadcast.id) == col(Delivery.broadcast_id))
        .where(
            col(Broadcast.subject) == sa.literal(SUBJECT) + col(Alert.uid),
            col(Delivery.target_kind) == "person",
            col(Delivery.target_id) == person_id,
        )
    )
    wanted = (
        select(Alert)
        .join(EndQuestion, col(EndQuestion.alert_id) == col(Alert.id))
        .where(
            col(Alert.status) == Status.issued,
            col(EndQuestion.due_at).is_not(None),
            col(EndQuestion.asked) > 0,
            sa.or_(col(EndQuestion.valid_at).is_(None), col(EndQuestion.valid_at) < col(EndQuestion.asked_at)),
            sa.exists(told),
        )
    )
    return (await session.execute(wanted.order_by(col(Alert.id)))).scalars().all()
