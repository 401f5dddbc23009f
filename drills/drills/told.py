"""What every participant is told of a drill's course: once each, on the drill's own road, marked like all of it."""

from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from bot.config import Settings
from broadcasts.dispatch.models import Broadcast
from broadcasts.dispatch.states import Purpose
from broadcasts.dispatch.tell import tell
from broadcasts.dispatch.texts.render import InLanguage
from drills.drills.models import Drill
from drills.drills.participants import cast

WORTH = timedelta(minutes=30)


async def tell_all(
    session: AsyncSession, settings: Settings, drill: Drill, text: InLanguage, *, at: datetime, worth: timedelta = WORTH
) -> Broadcast:
    drill.said += 1
    session.add(drill)
    return await tell(
        session,
        settings,
        (await cast(session, drill.id)).targets(),
        text,
        purpose=Purpose.drill,
        subject=f"drill:{drill.uid}:{drill.said}",
        at=at,
        worth=worth,
        road=drill.road,
        drill=True,
    )
