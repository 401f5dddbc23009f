"""An alert as each of its sendings needs it: how urgent it is, until when it is tried, where it holds, what it says."""

from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from bot.config import Settings
from bot.directory.lines.now import Lines, lines
from bot.directory.tree import Tree
from broadcasts.alerts.content import message
from broadcasts.alerts.models import Alert, Kind
from broadcasts.audience.models import Advice
from broadcasts.audience.places import Hit, hit
from broadcasts.audience.select import Target
from broadcasts.dispatch.models import Broadcast
from broadcasts.dispatch.sending.roads import open_roads
from broadcasts.dispatch.states import Mode, Purpose
from broadcasts.dispatch.texts.alert_text import AlertText
from broadcasts.dispatch.texts.changed import changed
from broadcasts.hazards.grades import Grade

RANKS = {Grade.red: 0, Grade.orange: 2}
OTHERS = 3
NAMED = 2  # places that a first line names before it counts them
NO_END = timedelta(hours=24)  # how long copies of an alert without an end are still tried
DIGEST_HOUR, DIGEST_MINUTE = 7, 10  # 早间汇总, away from :00 and :30


def rank(alert: Alert) -> int:
    """The order in which copies leave. A drill goes after everything that is live, whatever colour is practised."""
    if alert.kind is Kind.drill:
        return OTHERS
    return RANKS.get(alert.grade, OTHERS) if alert.grade else OTHERS


def due_times(settings: Settings, at: datetime) -> dict[Mode, datetime]:
    """From when each mode may leave: at once, or with the morning's digest."""
    local = at.astimezone(settings.zone)
    morning = local.replace(hour=DIGEST_HOUR, minute=DIGEST_MINUTE, second=0, microsecond=0)
    if morning <= local:
        morning += timedelta(days=1)
    return {Mode.wake: at, Mode.quiet: at, Mode.digest: morning}


async def alert_text(
    session: AsyncSession, settings: Settings, alert: Alert, areas: Tree, where: str, *, at: datetime, code: str
) -> AlertText:
    """What the alert says now, for whoever is told for the first time and not asked."""
    advice = (await session.execute(select(Advice))).scalars().all()
    phones, roads, zone = await lines(session, areas, at), open_roads(settings), settings.zone
    return AlertText(alert, Purpose.first, None, where, phones.county, advice, at, zone, roads, code, phones=phones)


async def as_sent(
    session: AsyncSession, settings: Settings, broadcast: Broadcast, alert: Alert, areas: Tree, at: datetime
) -> AlertText:
    """What the copies of this sending say: the same purpose, and the same change first."""
    where = place(areas, hit(message(alert.content), areas))
    text = await alert_text(session, settings, alert, areas, where, at=at, code=broadcast.code)
    replaced = (await session.execute(select(Alert).where(col(Alert.replaced_by) == alert.uid))).scalars().all()
    before = max(replaced, key=lambda old: old.sent, default=None)
    change = changed(before, alert, at, settings.zone) if before else None
    return replace(text, purpose=broadcast.purpose, change=change)


def place(areas: Tree, hit: Hit) -> str:
    """Where, in the few letters of a first line: 青崖县, 柳湾镇、石门乡, or 柳湾镇等7处."""
    names = [areas.nodes[area].name for area in sorted(hit.areas, key=lambda area: areas.nodes[area].code)]
    return "、".join(names) if len(names) <= NAMED else f"{names[0]}等{len(names)}处"


def tail(areas: Tree, target: Target, phones: Lines | None) -> str:
    """A group's own line: its place and the duty phone that serves it."""
    phone = (phones or Lines(areas, {})).of(target.area_id)
    return f"{areas.nodes[target.area_id].name} 值班电话 {phone}".strip()
