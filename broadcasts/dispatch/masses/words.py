"""What a mass send says: the alert's own words in one message, for residents; or that an earlier one was wrong."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from bot.channels.oa_mass.limits import TEXT_BYTES
from bot.config import Settings
from bot.directory.tree import Tree
from broadcasts.alerts.models import Alert
from broadcasts.dispatch.alert import as_sent
from broadcasts.dispatch.masses.plan import NoMass
from broadcasts.dispatch.masses.states import Whom
from broadcasts.dispatch.models import Broadcast, Recall
from broadcasts.dispatch.sending.roads import MASS
from broadcasts.dispatch.texts.alert_text import AlertText, headline
from broadcasts.dispatch.texts.render import CHINESE, macro
from broadcasts.dispatch.texts.spoken import spoken
from broadcasts.subscriptions.select import ROLE


async def words(
    session: AsyncSession, settings: Settings, areas: Tree, alert: Alert, broadcast: Broadcast, whom: Whom, at: datetime
) -> str:
    """In Chinese, since the platform takes one text for all. Advice is cut first and the verbatim text never: raises
    NoMass where it is too long for one message, of which a follower gets four a month."""
    text = await as_sent(session, settings, broadcast, alert, areas, at)
    if whom is Whom.recall:
        return await _taken_back(session, settings, areas, text, broadcast, at)
    parts = text.write(MASS, ROLE, CHINESE, TEXT_BYTES)
    if len(parts) > 1:
        raise NoMass(
            f"原文太长，一条群发放不下（最多 {TEXT_BYTES // 3} 个字），原文又不能删。请改用模板消息，正文在链接里。"
        )
    return parts[0]


async def _taken_back(
    session: AsyncSession, settings: Settings, areas: Tree, text: AlertText, broadcast: Broadcast, at: datetime
) -> str:
    """The county's own word, beside what it relayed: the reason is the one that was given as it was taken back."""
    wanted = sa.select(col(Recall.word)).where(col(Recall.broadcast_id) == broadcast.id)
    reason = await session.scalar(wanted.order_by(col(Recall.id).desc()).limit(1)) or ""
    return macro(
        "mass.txt",
        "recall",
        head=headline(text.alert, text.purpose, text.change, text.place),
        by=f"{areas.roots[0].name if areas.roots else ''}值班室",
        when=spoken(broadcast.started_at, at, settings.zone),
        clock=spoken(at, at, settings.zone),
        word=reason.rstrip("。！"),
        phone=text.phone,
    )
