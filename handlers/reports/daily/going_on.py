"""What goes on: the threads of a place on which nobody has said the last word yet."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from bot.directory.models import Area
from bot.directory.tree import Tree
from broadcasts.dispatch.states import Road
from handlers.reports.models import Report, ReportDue, Stage, State

COUNTED = (State.filed, State.confirmed)


async def going_on(session: AsyncSession, areas: Tree, inside: int, before: datetime | None = None) -> list[Report]:
    """The 初报 of each thread in this area that is not stable and has no confirmed 核报, oldest first. What a resident
    tells counts from its confirmation; `before`: only what began earlier."""
    over = sa.select(col(Report.thread)).where(col(Report.stage) == Stage.final, col(Report.state) == State.confirmed)
    stable = sa.select(col(ReportDue.thread)).where(col(ReportDue.stage) == Stage.final)
    wanted = (
        select(Report)
        .join(Area, col(Area.id) == col(Report.area_id))
        .where(
            col(Area.path).contains(f"/{int(inside)}/"),
            col(Report.stage) == Stage.first,
            col(Report.road) == Road.live,
            col(Report.state).in_(COUNTED),
            sa.or_(col(Report.state) == State.confirmed, col(Report.follower_id).is_(None)),
            col(Report.thread).not_in(over),
            col(Report.thread).not_in(stable),
        )
    )
    if before is not None:
        wanted = wanted.where(col(Report.first_at) < before)
    return list((await session.execute(wanted.order_by(col(Report.id)))).scalars())
