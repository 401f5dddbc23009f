"""What a gateway reports of a text message, under the id that we gave it. What cannot be true is counted, and changes
nothing."""

import logging
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from bot.channels.sms.limits import NAME
from bot.metrics import CALLBACKS_REFUSED
from broadcasts.dispatch.sending.reported import doubted, reported
from broadcasts.dispatch.states import State
from handlers.wechat.models import Inbound

log = logging.getLogger(__name__)


async def carried(session: AsyncSession, inbound: Inbound, at: datetime) -> str:
    """Why it was not believed; empty where it was."""
    state, name = State(str(inbound.body["Status"])), str(inbound.body["MsgId"])
    doubt = await doubted(session, inbound.road, NAME, name, state, inbound.said_at, inbound.received_at)
    if doubt:
        CALLBACKS_REFUSED.labels(NAME, doubt).inc()
        log.warning("inbound %d, a report of a text message: %s", inbound.id, doubt)
        return doubt
    reason = "carrier" if state is State.failed else ""
    await reported(session, inbound.road, NAME, name, state, at=at, reason=reason)
    return ""
