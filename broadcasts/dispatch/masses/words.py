"""What a mass send says: the alert's own words in one message, for residents."""

from dataclasses import replace
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from bot.channels.oa_mass.limits import TEXT_BYTES
from bot.config import Settings
from bot.directory.tree import Tree
from broadcasts.alerts.models import Alert
from broadcasts.audience.places import Hit
from broadcasts.dispatch.issue import alert_text, place
from broadcasts.dispatch.masses.plan import NoMass
from broadcasts.dispatch.models import Broadcast
from broadcasts.dispatch.sending.roads import MASS
from broadcasts.dispatch.texts.render import CHINESE
from broadcasts.subscriptions.select import ROLE


async def words(
    session: AsyncSession, settings: Settings, areas: Tree, alert: Alert, hit: Hit, broadcast: Broadcast, at: datetime
) -> str:
    """In Chinese, since the platform takes one text for all. Advice is cut first and the verbatim text never: raises
    NoMass where it is too long for one message, of which a follower gets four a month."""
    text = await alert_text(session, settings, alert, areas, place(areas, hit), at=at, code=broadcast.code)
    parts = replace(text, purpose=broadcast.purpose).write(MASS, ROLE, CHINESE, TEXT_BYTES)
    if len(parts) > 1:
        raise NoMass(
            f"原文太长，一条群发放不下（最多 {TEXT_BYTES // 3} 个字），原文又不能删。请改用模板消息，正文在链接里。"
        )
    return parts[0]
