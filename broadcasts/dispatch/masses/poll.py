"""Asking what became of mass sends of which the platform said nothing: its events are not guaranteed, and where nobody
hears them there are none."""

import logging
from collections.abc import Sequence
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from bot.channels.contract import SendError
from bot.channels.oa_mass.limits import CONFIRM_MINUTES
from bot.deps import Deps
from bot.wechat.http import Calls
from bot.wechat.masses import mass_status
from bot.wechat.shared_tokens import account_tokens
from broadcasts.dispatch.masses.finished import SUCCESS, Finished, finished
from broadcasts.dispatch.models import Batch
from broadcasts.dispatch.states import Road, State

log = logging.getLogger(__name__)
PATIENT = timedelta(minutes=CONFIRM_MINUTES + 5)  # an administrator may still confirm, and the event come
DEAF = timedelta(minutes=2)  # where no event can come
AGAIN = timedelta(minutes=10)  # between two questions about the same
GIVEN_UP = timedelta(hours=24)  # after which nobody will know
AT_ONCE = 20  # questions of one tick
SAYS = {"SEND_SUCCESS": SUCCESS, "SEND_FAIL": "send fail", "DELETE": "deleted"}


async def silent(session: AsyncSession, at: datetime, *, hears: bool) -> Sequence[tuple[int, str]]:
    """Batches that were taken and have heard nothing since, with the platform's name for them."""
    wanted = sa.select(col(Batch.id), col(Batch.message_id)).where(
        sa.text("batch.audience IS NOT NULL"),
        col(Batch.due_at) > at - 2 * GIVEN_UP,
        col(Batch.state) == State.sent,
        col(Batch.road) == Road.live,
        col(Batch.message_id) != "",
        col(Batch.settled_at).between(at - GIVEN_UP, at - (PATIENT if hears else DEAF)),
        sa.or_(col(Batch.asked_at).is_(None), col(Batch.asked_at) <= at - AGAIN),
    )
    rows = await session.execute(wanted.order_by(col(Batch.due_at)).limit(AT_ONCE))
    return [(number, message_id) for number, message_id in rows]


async def poll_due(deps: Deps) -> int:
    """How many are known now. No transaction is open while the platform is asked."""
    settings, now = deps.settings, deps.clock.now()
    async with deps.read() as session:
        due = await silent(session, now, hears=settings.hears_oa)
    if not due:
        return 0
    known = 0
    async with Calls(timeout=settings.call_timeout, connections=1, by_hand=False) as calls:
        tokens = account_tokens(settings, calls, deps.clock, Road.live)
        if tokens is None:
            return 0
        for number, message_id in due:
            try:
                says = await mass_status(calls, tokens, settings.oa_api_base, message_id)
            except SendError as error:
                log.warning("mass batch %d: asking came to %s", number, error.reason)
                says = ""
            known += await _heard(deps, number, message_id, says)
    return known


async def _heard(deps: Deps, number: int, message_id: str, says: str) -> bool:
    """It names no numbers: those that an event brings later still count."""
    at = deps.clock.now()
    async with deps.begin() as session:
        await session.execute(sa.update(Batch).where(col(Batch.id) == number).values(asked_at=at))
        if says not in SAYS:
            return False
        return await finished(session, Road.live, message_id, Finished(SAYS[says]), at)
