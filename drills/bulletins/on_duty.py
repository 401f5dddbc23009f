"""Who is commended for duty: all shifts of the month confirmed, all checks answered in time."""

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from bot.directory.models import Person
from bot.directory.tree import Tree
from broadcasts.coverage.contract import Span
from drills.bulletins.wording import phrase, title
from drills.duty.models import Check, Shift

NAMED = 30


class AlwaysOnDuty:
    """Fills drills.bulletins.contract.Contribution."""

    title = title("duty")

    async def lines(self, session: AsyncSession, areas: Tree, month: Span, at: datetime) -> Sequence[str]:
        late = sa.or_(col(Check.answered_at).is_(None), col(Check.answered_at) > col(Check.deadline))
        missed = sa.select(col(Check.person_id)).where(
            col(Check.asked_at) >= month.since, col(Check.asked_at) < month.until, late
        )
        wanted = (
            sa.select(col(Person.name))
            .join(Shift, col(Shift.person_id) == col(Person.id))
            .where(
                col(Shift.starts_at) >= month.since,
                col(Shift.starts_at) < month.until,
                col(Shift.removed_at).is_(None),
                col(Shift.cannot_at).is_(None),
                col(Person.id).not_in(missed),
            )
            .group_by(col(Person.id), col(Person.name))
            .having(sa.func.count() == sa.func.count(col(Shift.confirmed_at)))
            .order_by(sa.func.count().desc(), col(Person.id))
            .limit(NAMED)
        )
        names = (await session.execute(wanted)).scalars().all()
        return [phrase("duty", people=names)] if names else []
