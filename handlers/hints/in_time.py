"""隐患按期整改率 of a month: hints that were to be mended in it by now, and how many of them were mended by then."""

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from bot.directory.tree import Tree
from broadcasts.coverage.contract import Figure, Span, figure
from broadcasts.dispatch.states import Road
from handlers.hints.models import Hint, State

DROPPED = (State.declined, State.joined)


class HintsInTime:
    """Fills broadcasts.coverage.contract.Contribution."""

    async def figures(
        self, session: AsyncSession, areas: Tree, inside: int | None, month: Span, at: datetime
    ) -> Sequence[Figure]:
        until = min(month.until, max(at, month.since))
        mended = sa.case((col(Hint.done_at) <= col(Hint.due_at), 1), else_=0)
        wanted = sa.select(sa.func.count(), sa.func.coalesce(sa.func.sum(mended), 0)).where(
            col(Hint.due_at) >= month.since,
            col(Hint.due_at) < until,
            col(Hint.road) == Road.live,
            col(Hint.state).not_in(DROPPED),
        )
        if inside is not None:
            wanted = wanted.where(col(Hint.area_id).in_([node.id for node in areas.below(inside)]))
        whole, done = (await session.execute(wanted)).one()
        return [figure("hints", int(done), int(whole))]
