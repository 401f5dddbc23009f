"""What an order to move villages leaves to the next shift: which are not finished, and who answers for them."""

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncSession

from bot.directory.tree import Tree
from broadcasts.dispatch.texts.spoken import spoken
from broadcasts.tasks.evacuation.queries import Seen, going_on

LONGEST = 20  # lines; whoever leaves more is told how many


class OpenEvacuations:
    """Fills drills.duty.handover.Contribution."""

    title = "正在转移的"

    async def lines(
        self, session: AsyncSession, areas: Tree, area_id: int, at: datetime, zone: ZoneInfo
    ) -> Sequence[str]:
        """Where somebody refuses first, then of whom nothing is heard."""
        found = [one for one in await going_on(session, inside=area_id) if one.open or one.urgent]
        found.sort(key=lambda one: one.sorts(at))
        more = [f"另有 {len(found) - LONGEST} 个村，见转移叫应单。"] if len(found) > LONGEST else []
        return [*(_line(one, at, zone) for one in found[:LONGEST]), *more]


def _line(one: Seen, at: datetime, zone: ZoneInfo) -> str:
    said = one.said
    people = f"{said.people.value} 人" if said.people else "没有数"
    expected = f"{one.task.expected} 人" if one.task.expected is not None else "不清楚"
    refuses = "，有人不肯走" if said.refuses else ""
    heard = f"{spoken(said.last.at, at, zone)}说的" if said.last else "没有回话"
    until = f"{spoken(one.order.until, at, zone)}前转完"
    return f"{one.village}：{one.first.name}，应转{expected}，已转{people}{refuses}，{heard}，{until}"
