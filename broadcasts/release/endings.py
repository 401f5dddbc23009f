"""What is over by the clock: alerts past their end, and holds whose alert is over before anybody decided. Each is ended
in a transaction of its own: one that breaks keeps no other from ending."""

from datetime import datetime
from functools import partial

import sqlalchemy as sa
from sqlalchemy import ColumnElement
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from bot.deps import Deps
from bot.record.entries import record
from bot.sweeps.each import each
from broadcasts.alerts.models import Alert, Kind, Status
from broadcasts.dispatch.alert import NO_END
from broadcasts.dispatch.leftovers import close_leftovers
from broadcasts.dispatch.models import Broadcast
from broadcasts.release.holds import close, open_holds

BY = "system"


async def end_due(deps: Deps, at: datetime) -> int:
    """End every alert whose end has passed; nothing is sent for it. How many ended."""
    async with deps.glance() as session:
        over = (await session.execute(select(Alert.id).where(*_over(at)).order_by(col(Alert.id)))).scalars().all()
    return await each(deps, "release.end", over, partial(_end, at=at), at)


async def _end(session: AsyncSession, alert_id: int, *, at: datetime) -> int:
    mine = select(Alert).where(col(Alert.id) == alert_id, *_over(at)).with_for_update(key_share=True)
    alert = (await session.execute(mine)).scalar_one_or_none()
    if alert is None:
        return 0
    alert.status, alert.ended_at = Status.ended, at
    session.add(alert)
    record(session, BY, "alert.expired", alert.uid, at)
    await close_leftovers(session, [alert.id], at=at)
    for waiting in await open_holds(session, [alert.id]):
        await close(session, waiting, "expired", by=BY, at=at)
    return 1


def _over(at: datetime) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    """Past its end; an all-clear, which has none, when its copies are tried no longer."""
    tried = sa.exists().where(col(Broadcast.alert_id) == col(Alert.id), col(Broadcast.started_at) > at - NO_END)
    clear = sa.and_(
        col(Alert.msg_type) == "Cancel", col(Alert.status) == Status.issued, col(Alert.kind) != Kind.drill,
        col(Alert.received_at) <= at - NO_END, ~tried,
    )  # fmt: skip
    return col(Alert.status).in_([Status.issued, Status.held]), sa.or_(col(Alert.expires) <= at, clear)
