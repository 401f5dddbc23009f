"""What the drills leave to the next shift: those that are on, and those of the next day; no 双盲 before its time."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncSession

from bot.directory.tree import Tree
from broadcasts.dispatch.texts.spoken import spoken
from drills.drills.models import Drill, Stage
from drills.drills.queries import areas_of, listed
from drills.drills.states import ON
from drills.drills.wording import called, phrase, places

AHEAD = timedelta(hours=36)


class ComingDrills:
    """Fills drills.duty.handover.Contribution."""

    title = "演练"

    async def lines(
        self, session: AsyncSession, areas: Tree, area_id: int, at: datetime, zone: ZoneInfo
    ) -> Sequence[str]:
        inside = {node.id for node in (*areas.up(area_id), *areas.below(area_id))}
        on = await listed(session, states=ON, inside=inside)
        coming = await listed(session, states=[Stage.waiting, Stage.planned], inside=inside, since=at, until=at + AHEAD)
        shown = [*on, *(drill for drill in reversed(coming) if not drill.blind)]
        return [_line(drill, places(areas, await areas_of(session, drill.id)), at, zone) for drill in shown]


def _line(drill: Drill, where: str, at: datetime, zone: ZoneInfo) -> str:
    return phrase(
        "handed", name=drill.name, number=drill.number, starts=spoken(drill.starts_at, at, zone), place=where,
        form=called("FORMS", drill.form), leader=drill.leader, state=drill.state.value,
    )  # fmt: skip
