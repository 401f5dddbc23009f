"""A person's decision on what was held: release it, refuse it, or say that it has been seen."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from bot.config import Settings
from bot.db.turns import turn
from bot.directory.tree import tree
from broadcasts.alerts.content import message
from broadcasts.alerts.models import Alert, Status
from broadcasts.alerts.order import replaced
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
    alert = await _alert(session, waiting)
    if alert is None or alert.status is not Status.held:
        return False
    if by in await typists(session, alert):
        raise OwnText
    if not await close(session, waiting, "released", by=by, word=word, at=at):
        return False
    found = await replaced(session, alert)
    await send_out(session, settings, alert, hit(message(alert.content), await tree(session)), found, by=by, at=at)
    return True


async def refuse(session: AsyncSession, waiting: Hold, *, by: str, word: str, at: datetime) -> bool:
    """Do not send it. The alert is kept, with the word that says why."""
    alert = await _alert(session, waiting)
    if not await close(session, waiting, "refused", by=by, word=word, at=at):
        return False
    if alert is not None and alert.status is Status.held:
        alert.status, alert.note = Status.stored, word[:255]
        session.add(alert)
    return True


async def acknowledge(session: AsyncSession, waiting: Hold, *, by: str, word: str = "", at: datetime) -> bool:
    """Somebody has seen it and deals with it: an unreadable text, a contradiction, a silent feed."""
    return await close(session, waiting, "seen", by=by, word=word, at=at)


async def _alert(session: AsyncSession, waiting: Hold) -> Alert | None:
    """What waits, as it is now. Until this transaction ends nobody else decides on an alert, takes one in that would
    replace it, or ends it: all of them lock an alert before its holds."""
    if waiting.alert_id is None:
        return None
    await turn(session, "intake")  # as broadcasts.intake.take
    return await session.get(Alert, waiting.alert_id, with_for_update={"key_share": True}, populate_existing=True)
