"""What the ladder's last rung leaves to the next shift: who is on the way to whose door."""

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncSession

from bot.directory.tree import Tree
from broadcasts.dispatch.texts.spoken import spoken
from broadcasts.tasks.knocks.models import State
from broadcasts.tasks.knocks.queries import Seen, on_the_way

LONGEST = 20  # lines; whoever leaves more is told how many


class OpenKnocks:
    """Fills drills.duty.handover.Contribution."""

    title = "正在敲门的"

    async def lines(
        self, session: AsyncSession, areas: Tree, area_id: int, at: datetime, zone: ZoneInfo
    ) -> Sequence[str]:
        """Whoever is late, or needs support at the door, first."""
        found = await on_the_way(session, inside=area_id)
        found.sort(key=lambda one: (one.knock.state is not State.help, not one.late(at), one.knock.due_at))
        more = [f"另有 {len(found) - LONGEST} 家，见叫应单。"] if len(found) > LONGEST else []
        return [*(_line(one, at, zone) for one in found[:LONGEST]), *more]


def _line(one: Seen, at: datetime, zone: ZoneInfo) -> str:
    who = f"{one.village} {one.name}：{one.by}"
    sent = f"{spoken(one.knock.sent_at, at, zone)}派出"
    if one.knock.state is State.help:
        return f"{who}在门口要支援，{sent}"
    until = "过时没有回话" if one.late(at) else f"{spoken(one.knock.due_at, at, zone)}前回话"
    return f"{who}在去敲门的路上，{sent}，{until}"
