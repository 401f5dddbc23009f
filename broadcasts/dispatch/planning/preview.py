"""Before a person releases: to how many it would go now. Nothing is written."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from bot.config import Settings
from broadcasts.alerts.models import Alert, Status
from broadcasts.alerts.order import replaced
from broadcasts.audience.places import Hit
from broadcasts.audience.select import OUTLETS
from broadcasts.dispatch.draft import Draft, draft


@dataclass(frozen=True)
class Preview:
    """Whom it reaches, in how many calls; `unreachable` counts those whom the rules name and no open road leads to."""

    people: int = 0
    groups: int = 0
    calls: int = 0
    unreachable: int = 0


async def preview(session: AsyncSession, settings: Settings, alert: Alert, hit: Hit, at: datetime) -> Preview:
    """What releasing `alert` would send at this moment."""
    if (drawn := await released(session, settings, alert, hit, at)) is None:
        return Preview()
    made = drawn.plan
    groups = sum(target.kind == "group" for target in made.reached)
    people = sum(target.kind not in {"group", *OUTLETS} for target in made.reached)
    return Preview(people, groups, made.calls, len(made.unreachable))


async def released(session: AsyncSession, settings: Settings, alert: Alert, hit: Hit, at: datetime) -> Draft | None:
    """The sending itself; None where it goes to nobody."""
    found = await replaced(session, alert)
    went_out = [old for old in found if old.status is not Status.held]
    if alert.msg_type == "Cancel" and found and not went_out:
        return None  # it only ends what nobody was told of
    return await draft(session, settings, alert, hit, at=at, replaces=went_out)
