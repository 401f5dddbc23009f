"""Which recordings fit an alert, and which of them one reader hears."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from bot.config import Settings
from broadcasts.alerts.models import Alert, Kind
from broadcasts.clips.files import address
from broadcasts.clips.models import Clip


@dataclass(frozen=True)
class Recordings:
    """The best first, each with its address."""

    clips: Sequence[tuple[Clip, str]] = ()

    def address(self, language: str, places: Sequence[int]) -> str:
        """Of the recording in a listener's language that is spoken nearest to her: `places` are her area and those
        above it, the nearest first. Empty where there is none."""
        mine = [(clip, url) for clip, url in self.clips if clip.language == language]
        for place in (*places, None):
            for clip, url in mine:
                if clip.area_id == place:
                    return url
        return ""


async def recordings(session: AsyncSession, settings: Settings, alert: Alert, at: datetime) -> Recordings:
    """With the addresses at which a gateway fetches them."""
    found = await fitting(session, alert)
    return Recordings([(clip, url) for clip in found if (url := address(settings, clip, at))])


async def fitting(session: AsyncSession, alert: Alert) -> list[Clip]:
    """Approved and in use; for a drill those that were recorded for drills, else those that were not. Who names hazard
    and colour comes before who names neither, the newest first."""
    drill = alert.kind is Kind.drill
    wanted = select(Clip).where(
        col(Clip.approved_at).is_not(None), col(Clip.ended_at).is_(None), col(Clip.drill).is_(drill)
    )
    rows = (await session.execute(wanted.order_by(col(Clip.id).desc()))).scalars().all()
    code, grade = alert.event_code or "", alert.grade.value if alert.grade else ""
    mine = [c for c in rows if code.startswith(c.hazard) and c.grade in {"", grade}]
    return sorted(mine, key=lambda c: (-len(c.hazard), not c.grade))
