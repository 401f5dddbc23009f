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
from broadcasts.dispatch.texts.drill_forms import DrillForms, marked_tail
from broadcasts.dispatch.texts.forms import TEXT, Carding, ServiceForms
from broadcasts.dispatch.texts.marks import plainly
from broadcasts.dispatch.texts.pages import drawn
from broadcasts.dispatch.texts.render import CHINESE, InLanguage, numbered

RANK = 1  # after red, before orange
LAST = 3


async def tell(
    session: AsyncSession,
    settings: Settings,
    targets: Sequence[Target],
    text: str | InLanguage,
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
    drill: bool = False,
    link: str = "",
    carded: Carding | None = None,
) -> Broadcast:
    """Send one text to `targets` now, or each of them the text of their language, in numbered parts where a channel
    holds less; after `worth` it is not tried any more. With `areas` a group reads its own place below the text. What
    is said of a `drill` is marked like the drill, and never goes before what is live. `link` is where a pointer leads
    that holds no text itself; `carded` makes a card of it for whoever sees cards."""
    roads, code = open_roads(settings), drawn()
    forms = ServiceForms(roads, code, at, settings.zone, link, carded)

    def words(language: str) -> str:
        said = text if isinstance(text, str) else text(roads.speaks(language))
        return said if drill else plainly(said)

    def written(channel: str, role: str, language: str, limit: int) -> list[str]:
        said = words(language)
        return numbered(said, limit) if len(said.encode()) > limit else [said]

    made = plan(
        targets,
        written,
        lambda target: (marked_tail if drill else str)(areas.nodes[target.area_id].name if areas else ""),
        roads.of(purpose),
        DrillForms(forms) if drill else forms,
    )
    due, rank = dict.fromkeys(Mode, at), LAST if drill else RANK
    sending = Sending(purpose, rank, due, at + worth, alert_id, subject, road, ordinal, code=code, drill=drill)
    broadcast = await write(session, made, sending, by=by, at=at)
    if any(planned.form != TEXT for planned in made.texts):  # a pointer's fields hold too little to say it once more
        spoken = {target.language for target in targets}
        broadcast.said, broadcast.link = words(spoken.pop() if len(spoken) == 1 else CHINESE), link
    return broadcast
