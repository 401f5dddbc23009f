"""Ringing for what waits: the officers at once and every three minutes, after three rings the leaders too."""

from datetime import datetime, timedelta
from typing import Protocol

from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from bot.config import Settings
from bot.directory.tree import tree
from broadcasts.alerts.models import Alert
from broadcasts.audience.select import Target
from broadcasts.dispatch.models import Broadcast
from broadcasts.dispatch.plan import plan
from broadcasts.dispatch.render import numbered, render
from broadcasts.dispatch.roads import open_roads
from broadcasts.dispatch.spoken import spoken
from broadcasts.dispatch.states import Mode, Purpose
from broadcasts.dispatch.write import Sending, write
from broadcasts.release.models import Hold

EVERY = timedelta(minutes=3)
ONCE = frozenset({"asked"})  # a question, not a decision that anybody waits for
ALONE = 3  # rings that go to officers only
RANK = 1
WORTH = timedelta(minutes=15)  # a ring that could not leave for so long is over: newer ones have followed


class OnDuty(Protocol):
    """Who is woken when something waits. The house above knows (see bot.wiring)."""

    async def to_wake(self, session: AsyncSession, *, leaders: bool, at: datetime) -> list[Target]:
        """People with their addresses; where none of them can be reached, the duty group."""
        ...


async def ring_due(session: AsyncSession, settings: Settings, on_duty: OnDuty, at: datetime) -> int:
    """Ring for everything whose moment has come. How many rang."""
    wanted = select(Hold).where(col(Hold.ring_at) <= at, col(Hold.closed_at).is_(None)).order_by(col(Hold.id))
    waiting = (await session.execute(wanted)).scalars().all()
    for hold in waiting:
        hold.rings += 1
        hold.ring_at = None if hold.reason in ONCE else at + EVERY
        session.add(hold)
        await _ring(session, settings, on_duty, hold, at)
    return len(waiting)


async def _ring(session: AsyncSession, settings: Settings, on_duty: OnDuty, hold: Hold, at: datetime) -> Broadcast:
    targets = await on_duty.to_wake(session, leaders=hold.rings > ALONE, at=at)
    text = await _text(session, settings, hold, at)
    areas = await tree(session)
    made = plan(
        targets,
        lambda channel, role, language, limit: numbered(text, limit) if len(text.encode()) > limit else [text],
        lambda target: areas.nodes[target.area_id].name,
        open_roads(settings).channels,
    )
    due = dict.fromkeys(Mode, at)
    sending = Sending(Purpose.ring, RANK, due, at + WORTH, hold.alert_id, f"hold:{hold.uid}", ordinal=hold.rings)
    return await write(session, made, sending, by="system", at=at)


async def _text(session: AsyncSession, settings: Settings, hold: Hold, at: datetime) -> str:
    alert = await session.get(Alert, hold.alert_id) if hold.alert_id else None
    asks = await session.scalar(
        select(Broadcast.asks).where(col(Broadcast.alert_id) == hold.alert_id, col(Broadcast.asks) != "").limit(1)
    )
    return render(
        "ring.txt",
        reason=hold.reason,
        colour=alert.grade.zh if alert and alert.grade else "",
        event=alert.event if alert else "",
        headline=alert.headline if alert else "",
        asks=(asks or "").split(","),
        number=hold.rings,
        at=spoken(at, at, settings.zone),
        link=f"{settings.base_url}/console/held/{hold.uid}" if settings.base_url else "",
    )
