"""演练完成率 of a month: drills that were planned into it and are due by now, and how many of them were held."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from bot.directory.tree import Tree
from broadcasts.coverage.contract import Figure, Span, figure
from drills.drills.models import Stage
from drills.drills.queries import listed
from drills.drills.states import DONE

MOST = 2000
NOT_PLANNED = frozenset({Stage.draft, Stage.waiting, Stage.cancelled})


class DrillsHeld:
    """Fills broadcasts.coverage.contract.Contribution."""

    async def figures(
        self, session: AsyncSession, areas: Tree, inside: int | None, month: Span, at: datetime
    ) -> Sequence[Figure]:
        places = None if inside is None else {node.id for node in areas.below(inside)}
        until = min(month.until, max(at, month.since))
        found = await listed(session, since=month.since, until=until, inside=places, most=MOST)
        planned = [drill for drill in found if drill.state not in NOT_PLANNED]
        return [figure("drills", sum(drill.state in DONE for drill in planned), len(planned))]
