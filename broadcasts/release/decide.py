"""A person's decision on what was held: release it, refuse it, or say that it has been seen."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from bot.config import Settings
from bot.directory.tree import tree
from broadcasts.alerts import queries
from broadcasts.alerts.content import message
from broadcasts.alerts.models import Alert, Status
from broadcasts.audience.places import hit
from broadcasts.release.holds import close
from broadcasts.release.models import Hold
from broadcasts.release.send_out import send_out
from broadcasts.release.typed import OwnText, typists


async def release(
    session: AsyncSession, settings: Settings, waiting: Hold, *, by: str, word: str = "", at: datetime
) -> bool:
    """Send what was held. False when somebody else has decided already. Raises OwnText: who typed it in is not the
    one to let it out."""
    alert = await session.get(Alert, waiting.alert_id) if waiting.alert_id else None
    if alert is None or alert.status is not Status.held:
        return False
    if by in await typists(session, alert):
        raise OwnText
    if not await close(session, waiting, "released", by=by, word=word, at=at):
        return False
    found = [a for a in await queries.in_force(session, [alert.thread]) if a.id != alert.id]
    await send_out(session, settings, alert, hit(message(alert.content), await tree(session)), found, by=by, at=at)
    return True


async def refuse(session: AsyncSession, waiting: Hold, *, by: str, word: str, at: datetime) -> bool:
    """Do not send it. The alert is kept, with the word that says why."""
    alert = await session.get(Alert, waiting.alert_id) if waiting.alert_id else None
    if not await close(session, waiting, "refused", by=by, word=word, at=at):
        return False
    if alert is not None and alert.status is Status.held:
        alert.status, alert.note = Status.stored, word[:255]
        session.add(alert)
    return True


async def acknowledge(session: AsyncSession, waiting: Hold, *, by: str, word: str = "", at: datetime) -> bool:
    """Somebody has seen it and deals with it: an unreadable text, a contradiction, a silent feed."""
    return await close(session, waiting, "seen", by=by, word=word, at=at)
