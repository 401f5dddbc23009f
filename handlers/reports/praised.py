"""Who is commended for reporting: whose reports of the month were confirmed. Residents are not named."""

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
from handlers.reports.models import Report, ReportDue, State

NAMED = 20


class ReportedWell:
    """Fills drills.bulletins.contract.Contribution."""

    title = title("reports")

    async def lines(self, session: AsyncSession, areas: Tree, month: Span, at: datetime) -> Sequence[str]:
        """Those of whose reports none is late, the most reports first."""
        late = sa.or_(
            col(ReportDue.done_at) > col(ReportDue.due_at),
            col(ReportDue.done_at).is_(None) & (col(ReportDue.due_at) < at),
        )
        overdue = sa.select(col(ReportDue.report_id)).where(late)
        wanted = (
            sa.select(col(Person.name), col(Person.area_id), sa.func.count())
            .join(Report, col(Report.person_id) == col(Person.id))
            .where(
                col(Report.state) == State.confirmed,
                col(Report.road) == Road.live,
                col(Report.filed_at) >= month.since,
                col(Report.filed_at) < month.until,
            )
            .group_by(col(Person.id), col(Person.name), col(Person.area_id))
            .having(sa.func.count(sa.case((col(Report.id).in_(overdue), 1))) == 0)
            .order_by(sa.func.count().desc(), col(Person.id))
            .limit(NAMED)
        )
        return [
            phrase("reports", name=name, place=spelled(areas, area), number=number)
            for name, area, number in await session.execute(wanted)
        ]
