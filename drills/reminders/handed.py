"""What a test of reachability leaves to the next shift: who of its places could not be reached."""

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncSession

from bot.directory.tree import Tree
from drills.reminders.soundings import LASTS, SHOWN, latest, unreachable

NAMED = 12


class Unreached:
    """Fills drills.duty.handover.Contribution."""

    title = "联络测试没有应答的人"

    async def lines(
        self, session: AsyncSession, areas: Tree, area_id: int, at: datetime, zone: ZoneInfo
    ) -> Sequence[str]:
        inside, lines = {node.id for node in areas.below(area_id)}, []
        for sounding, reminder, _, silent in await latest(session, SHOWN):
            if sounding.closed_at is None or not silent or sounding.asked_at < at - LASTS:
                continue
            people = [p for p in await unreachable(session, sounding, reminder) if p.area_id in inside]
            named = "、".join(f"{p.name}（{p.place}）" for p in people[:NAMED])
            if people:
                lines.append(f"{reminder.name}：{named}{f'等 {len(people)} 人' if len(people) > NAMED else ''}")
        return lines
