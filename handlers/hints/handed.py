"""What one shift leaves to the next of the hints: what is late, and what nobody has accepted or looked at yet."""

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncSession

from bot.directory.tree import Tree
from broadcasts.dispatch.states import Road
from broadcasts.dispatch.texts.spoken import spoken
from broadcasts.subscriptions.places import spelled
from handlers.hints.models import State
from handlers.hints.queries import Row, listed
from handlers.hints.states import DESK

LONGEST = 20  # lines; whoever leaves more is told how many
WAITS = {State.filed: "待受理", State.accepted: "待派人", State.done: "待验收"}


class OpenHints:
    """Fills drills.duty.handover.Contribution."""

    title = "没办完的隐患"

    async def lines(
        self, session: AsyncSession, areas: Tree, area_id: int, at: datetime, zone: ZoneInfo
    ) -> Sequence[str]:
        """The late ones first, then what waits for an officer."""
        late = await listed(session, area_id, late_at=at, most=200)
        rest = [row for row in await listed(session, area_id, states=DESK, most=200) if row.hint.road is Road.live]
        found = [*(_late(row, areas, at, zone) for row in late), *(_waits(row, areas) for row in rest)]
        more = [f"另有 {len(found) - LONGEST} 条，见“隐患”。"] if len(found) > LONGEST else []
        return [*found[:LONGEST], *more]


def _late(row: Row, areas: Tree, at: datetime, zone: ZoneInfo) -> str:
    due = row.hint.due_at
    until = f"，应在{spoken(due, at, zone)}前" if due else ""
    return f"{_head(row, areas)}：超期没有整改{until}，{row.assignee}在办"


def _waits(row: Row, areas: Tree) -> str:
    return f"{_head(row, areas)}：{WAITS[row.hint.state]}"


def _head(row: Row, areas: Tree) -> str:
    return f"{row.hint.number} {spelled(areas, row.hint.area_id)}{row.hint.group}"
