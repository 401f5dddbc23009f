"""Ringing for what waits: the officers at once and every three minutes, after three rings the leaders too."""

from dataclasses import dataclass
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


@dataclass(frozen=True)
class Subject:
    head: str
    what: str


QUESTIONS = {
    "no_end": "没有写结束时间，什么时候解除？",
    "no_geometry": "有的地区没有画边界，按上级地区算作受影响。",
    "area_unknown": "有的区划代码本县没有，按上一级发的。",
    "by_name": "没有区划代码，按文字里的地名发的。",
    "no_area": "没有写地区，按全县发的。",
}
WHY = {
    "asked": "已发出，有几点请核对",
    "typed_in": "人工录入，还没有核对",
    "stale": "发布时间已经过去很久",
    "superior_repeat": "上级台站重复了本县正在生效的预警",
    "cancel_unknown": "解除的是本平台没有收到过的预警",
    "own_rule": "本县规则要求人工放行",
    "unread": "收到的内容读不懂，可能是预警",
    "contradiction": "同一条预警，两个来源说法不同",
    "feed_silent": "预警来源没有声音了，不等于没有预警",
}


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
    subject = await _subject(session, hold)
    link = f"{settings.base_url}/console/held/{hold.uid}" if settings.base_url else ""
    text = render(
        "ring.txt", head=subject.head, what=subject.what, number=hold.rings, at=spoken(at, at, settings.zone), link=link
    )
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


async def _subject(session: AsyncSession, hold: Hold) -> Subject:
    alert = await session.get(Alert, hold.alert_id) if hold.alert_id else None
    why = WHY.get(hold.reason, hold.reason)
    if alert is not None and hold.reason in ONCE:
        return Subject(f"请核对 {alert.event}", f"{alert.headline}\n已经发出。{await _question(session, alert)}")
    if alert is None:
        return Subject(f"请处理 {why}", "")
    colour = alert.grade.zh if alert.grade else ""
    return Subject(f"待您放行 {colour}{alert.event}", f"{alert.headline}\n没有发出：{why}。")


async def _question(session: AsyncSession, alert: Alert) -> str:
    asks = await session.scalar(
        select(Broadcast.asks).where(col(Broadcast.alert_id) == alert.id, col(Broadcast.asks) != "").limit(1)
    )
    return "".join(QUESTIONS.get(name, "") for name in (asks or "").split(","))
