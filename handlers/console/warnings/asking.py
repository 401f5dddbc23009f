"""Which sending of an alert waits for answers, as far as the caller's part of the county goes."""

from sqlalchemy.ext.asyncio import AsyncSession

from broadcasts.alerts.models import Alert
from broadcasts.answers.counted import figures
from broadcasts.dispatch.models import Broadcast
from broadcasts.dispatch.queries import of_alert
from handlers.console.scope import Scope


async def asking(session: AsyncSession, mine: Scope, alert: Alert) -> Broadcast | None:
    """The alert's newest sending that asked somebody in the caller's part."""
    for sent in reversed(await of_alert(session, alert.id)):
        if (await figures(session, sent.id, inside=mine.area_id)).asked:
            return sent
    return None
