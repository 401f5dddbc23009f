"""上报及时率 of a month, as the reports' own page counts it, for the leader's page."""

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy.ext.asyncio import AsyncSession

from bot.directory.tree import Tree
from broadcasts.coverage.contract import Figure, Span, figure
from handlers.reports.daily.rates import rates


class ReportsInTime:
    """Fills broadcasts.coverage.contract.Contribution."""

    async def figures(
        self, session: AsyncSession, areas: Tree, inside: int | None, month: Span, at: datetime
    ) -> Sequence[Figure]:
        found = await rates(session, areas, inside, date.fromisoformat(f"{month.name}-01"), at, month.zone)
        whole = found[-1].whole if found else None  # the last row is the sum, where there are several
        return [figure("reports", whole.timely if whole else 0, whole.owed if whole else 0)]
