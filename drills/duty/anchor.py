"""The day's anchor of the record, sent to the leaders: what they hold, nobody at the machine can change."""

from datetime import datetime, time, timedelta

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from bot.config import Settings
from bot.record.anchors import drop_anchor, text
from bot.record.models import Anchor
from broadcasts.dispatch.models import Broadcast
from broadcasts.dispatch.planning.plan import plan
from broadcasts.dispatch.planning.write import Sending, write
from broadcasts.dispatch.sending.roads import open_roads
from broadcasts.dispatch.states import Mode, Purpose
from broadcasts.dispatch.texts.forms import ServiceForms
from broadcasts.dispatch.texts.pages import page_code
from drills.duty.officers import EveryOfficer
from drills.duty.rostered import Rostered

DAILY = time(8, 12)  # local, away from :00 and :30
RANK = 3
WORTH = timedelta(hours=12)


async def anchor_due(
    session: AsyncSession, settings: Settings, on_duty: EveryOfficer | Rostered, at: datetime
) -> Broadcast | None:
    """Send today's anchor, once, from its time on; None where it is not due or nothing is sealed yet."""
    local = at.astimezone(settings.zone)
    due = datetime.combine(local.date(), DAILY, settings.zone)
    if local < due:
        return None
    last = await session.scalar(sa.select(col(Anchor.at)).order_by(col(Anchor.id).desc()).limit(1))
    if last is not None and last >= due:
        return None
    anchor = await drop_anchor(session, at)
    if anchor is None:
        return None
    words = text(anchor, settings.zone)
    roads, code = open_roads(settings), await page_code(session)
    forms = ServiceForms(roads, code, at, settings.zone)
    leaders = await on_duty.leaders(session)
    made = plan(leaders, lambda *_: [words], lambda _: "", roads.of(Purpose.anchor), forms)
    subject = f"anchor:{anchor.id}"
    sending = Sending(Purpose.anchor, RANK, dict.fromkeys(Mode, at), at + WORTH, subject=subject, code=code)
    return await write(session, made, sending, by="system", at=at)
