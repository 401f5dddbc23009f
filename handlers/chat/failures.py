"""A word that could not be worked on: tried again after growing pauses, then kept as failed and shown; others go on."""

import logging
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from broadcasts.release.verdict import Reason
from handlers.chat.acts.pleas import ring, where
from handlers.chat.bodies import said
from handlers.chat.conversations.inbox import of_sender
from handlers.chat.conversations.speaker import speaker
from handlers.chat.understand.pleas import cries
from handlers.wechat.models import Inbound, Work

log = logging.getLogger(__name__)
MOST_TRIES = 5


def pause(attempts: int) -> timedelta:
    """Before the next try: 1, 2, 4, 8 seconds."""
    return timedelta(seconds=2 ** max(0, attempts - 1))


async def note_failure(session: AsyncSession, inbound_id: int, error: Exception, *, at: datetime) -> None:
    """Count a try. Whoever cried for help rings the desk from the first failure on, whatever else went wrong."""
    inbound = await session.get(Inbound, inbound_id)
    if inbound is None or inbound.state is not Work.waiting:
        return
    inbound.attempts += 1
    inbound.worked_at, inbound.error = at, type(error).__name__
    words = said(inbound.kind, inbound.body).text
    if cries(words):
        who = await speaker(session, inbound.road, inbound.platform, inbound.sender, inbound.received_at)
        near = await where(session, who)
        await ring(session, inbound, Reason.plea, f"（来信处理出错，请直接联系）{words}", at=at, near=near)
    if inbound.attempts >= MOST_TRIES:
        inbound.state = Work.failed
        log.error("inbound %d failed for good: %s", inbound.id, inbound.error)
        await _show(session, inbound)


async def _show(session: AsyncSession, inbound: Inbound) -> None:
    talk = await of_sender(session, inbound)
    if talk is not None:
        talk.unread += 1
        talk.last_at = inbound.received_at
