"""How a call by the county's own gateway goes: into the ladder, which made it. What cannot be true is counted, and
changes nothing."""

import logging
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from bot.channels.voice.limits import NAME
from bot.metrics import CALLBACKS_REFUSED
from broadcasts.ladder.models import CallState
from broadcasts.ladder.voices.told import Report, Told, told
from handlers.wechat.models import Inbound

log = logging.getLogger(__name__)
STATES = {"answered": CallState.connected, "not_answered": CallState.missed}
KEPT = frozenset({Told.new, Told.known})


async def rang(session: AsyncSession, inbound: Inbound, at: datetime) -> str:
    """Why it was not believed; empty where it was."""
    said, status = inbound.body, str(inbound.body["Status"])
    heard, _, whole = str(said["Id"]).partition("/")
    state = STATES.get(status) or CallState(status)
    report = Report(str(said["MsgId"]), state, inbound.said_at, int(heard), int(whole), str(said["EventKey"]))
    became = await told(session, inbound.road, NAME, report, inbound.received_at)
    if became in KEPT:
        return ""
    CALLBACKS_REFUSED.labels(NAME, became.value).inc()
    log.warning("inbound %d, a word about a call: %s", inbound.id, became.value)
    return became.value
