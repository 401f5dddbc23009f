"""What became of the message that gives somebody a task: of several copies, by several roads, the one that came
furthest tells."""

from typing import Any

import sqlalchemy as sa
from sqlmodel import col

from broadcasts.dispatch.models import Batch, Delivery
from broadcasts.dispatch.states import State

BEST = {
    state.value: n
    for n, state in enumerate((State.delivered, State.sent, State.sending, State.queued, State.unknown, State.failed))
}


def furthest(told_id: Any) -> sa.ScalarSelect[Any]:
    """The state's word for the sending with this id; nothing where there is none."""
    state = sa.func.coalesce(col(Delivery.state), col(Batch.state), State.failed.value)
    return (
        sa.select(state)
        .select_from(Delivery)
        .join(Batch, col(Batch.id) == col(Delivery.batch_id), isouter=True)
        .where(col(Delivery.broadcast_id) == told_id, told_id != "")
        .order_by(sa.case(BEST, value=state, else_=len(BEST)))
        .limit(1)
        .scalar_subquery()
    )
