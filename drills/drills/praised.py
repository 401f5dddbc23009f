"""Which drills are commended: those of the month that are evaluated and in which everybody who was asked answered."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from bot.directory.tree import Tree
from broadcasts.coverage.contract import Span
from drills.bulletins.wording import phrase, title
from drills.drills.afterwards.measured import measured
from drills.drills.models import Stage
from drills.drills.queries import listed

NAMED = 20


class DrilledWell:
    """Fills drills.bulletins.contract.Contribution."""

    title = title("drills")

    async def lines(self, session: AsyncSession, areas: Tree, month: Span, at: datetime) -> Sequence[str]:
        held = await listed(session, states=[Stage.evaluated], since=month.since, until=month.until, most=200)
        said = []
        for drill in held:
            found = await measured(session, drill)
            if found.asked and found.answered == found.asked:
                minutes = None if found.median is None else -(-found.median // 60)
                said.append(phrase("drills", unit=drill.unit, name=drill.name, number=found.asked, minutes=minutes))
        return said[:NAMED]
