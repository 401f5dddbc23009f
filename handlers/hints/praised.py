"""Who is commended for hints: staff whose hints of the month were mended. Residents and whoever wished to stay unknown
are not named; they are counted."""

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from bot.directory.models import Person
from bot.directory.tree import Tree
from broadcasts.coverage.contract import Span
from broadcasts.dispatch.states import Road
from broadcasts.subscriptions.places import spelled
from drills.bulletins.wording import phrase, title
from handlers.hints.models import Hint, State

NAMED = 20


class HintsMended:
    """Fills drills.bulletins.contract.Contribution."""

    title = title("hints")

    async def lines(self, session: AsyncSession, areas: Tree, month: Span, at: datetime) -> Sequence[str]:
        """The most mended first, then how many more there were of people who are not named."""
        closed = (
            col(Hint.state) == State.closed,
            col(Hint.road) == Road.live,
            col(Hint.closed_at) >= month.since,
            col(Hint.closed_at) < month.until,
        )
        named = (
            sa.select(col(Person.name), col(Person.area_id), sa.func.count())
            .join(Hint, col(Hint.person_id) == col(Person.id))
            .where(*closed, col(Hint.anonymous).is_(False))
            .group_by(col(Person.id), col(Person.name), col(Person.area_id))
            .order_by(sa.func.count().desc(), col(Person.id))
            .limit(NAMED)
        )
        unnamed = sa.or_(col(Hint.anonymous), col(Hint.person_id).is_(None))
        rest = int(await session.scalar(sa.select(sa.func.count()).select_from(Hint).where(*closed, unnamed)) or 0)
        said = [
            phrase("hints", name=name, place=spelled(areas, area), number=number)
            for name, area, number in await session.execute(named)
        ]
        return [*said, phrase("hints_of_others", number=rest)] if rest else said
