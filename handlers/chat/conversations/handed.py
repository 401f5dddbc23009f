"""What the conversations leave to the next shift: words that nobody has looked at."""

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncSession

from bot.directory.tree import Tree
from broadcasts.dispatch.texts.spoken import spoken
from handlers.chat.conversations.inbox import listed

MOST = 20


class WaitingWords:
    """Fills drills.duty.handover.Contribution. What they said stays in the inbox."""

    title = "没人看过的来信"

    async def lines(
        self, session: AsyncSession, areas: Tree, area_id: int, at: datetime, zone: ZoneInfo
    ) -> Sequence[str]:
        inside = None if area_id in {root.id for root in areas.roots} else area_id
        rows = await listed(session, inside, unread=True, most=MOST)
        return [
            f"{row.who}{'（' + row.place + '）' if row.place else ''} {row.talk.unread} 条"
            f"{'，' + spoken(row.talk.last_at, at, zone) if row.talk.last_at else ''}"
            for row in rows
        ]
