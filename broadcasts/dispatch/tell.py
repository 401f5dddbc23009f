"""Service messages: rings, receipts, replies. No hazard, no colour of their own, no alert behind them that they could
become."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from bot.config import Settings
from bot.directory.tree import Tree
from broadcasts.audience.select import Target
from broadcasts.dispatch.models import Broadcast
from broadcasts.dispatch.planning.plan import plan
from broadcasts.dispatch.planning.write import Sending, write
from broadcasts.dispatch.sending.roads import open_roads
from broadcasts.dispatch.states import Mode, Purpose, Road
from broadcasts.dispatch.texts.forms import ServiceForms
from broadcasts.dispatch.texts.pages import page_code
from broadcasts.dispatch.texts.render import numbered

RANK = 1  # after red, before orange


async def tell(
    session: AsyncSession,
    settings: Settings,
    targets: Sequence[Target],
    text: str,
    *,
    purpose: Purpose,
    subject: str,
    at: datetime,
    worth: timedelta,
    by: str = "system",
    road: Road = Road.live,
    alert_id: int | None = None,
    ordinal: int = 1,
    areas: Tree | None = None,
) -> Broadcast:
    """Send one text to `targets` now, in numbered parts where a channel holds less; after `worth` it is not tried any
    more. With `areas` a group reads its own place below the text."""
    roads, code = open_roads(settings), page_code()
    made = plan(
        targets,
        lambda channel, role, language, limit: numbered(text, limit) if len(text.encode()) > limit else [text],
        lambda target: areas.nodes[target.area_id].name if areas else "",
        roads.of(purpose),
        ServiceForms(roads, code, at, settings.zone),
    )
    due = dict.fromkeys(Mode, at)
    sending = Sending(purpose, RANK, due, at + worth, alert_id, subject, road, ordinal=ordinal, code=code)
    return await write(session, made, sending, by=by, at=at)
