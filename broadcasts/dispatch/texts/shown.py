"""An alert as a page shows it to whoever opens its link: what holds now, word for word, and what to do."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from broadcasts.alerts import queries as alerts
from broadcasts.alerts.listed import Standing, standing
from broadcasts.alerts.models import Alert
from broadcasts.audience.advice import lines
from broadcasts.audience.models import Advice
from broadcasts.dispatch.models import CODED, Broadcast
from broadcasts.dispatch.states import Purpose
from broadcasts.dispatch.texts import own_words
from broadcasts.dispatch.texts.alert_text import headline, main_info
from broadcasts.dispatch.texts.spoken import spoken

ROLE = "居民"
MOST = 20  # updates that are followed from one alert


class Truth(StrEnum):
    """What a forwarded picture of a message is worth at this moment."""

    holds = "holds"
    updated = "updated"  # something newer stands in its place
    over = "over"
    cleared = "cleared"  # it was an all-clear, and that it stays


@dataclass(frozen=True)
class ShownAlert:
    """`alert` is what the link's message was of; `present` what stands in its place, where that is another."""

    broadcast: Broadcast
    alert: Alert
    truth: Truth
    first_line: str
    text: str
    do: Sequence[str] = field(default_factory=list)
    signed_by: str = ""
    present: Broadcast | None = None
    by: str = ""  # of what the county says itself: who says and who approved it


async def by_code(session: AsyncSession, code: str) -> Broadcast | None:
    wanted = select(Broadcast).where(col(Broadcast.code) == code.upper(), CODED)
    return (await session.execute(wanted)).scalar_one_or_none()


async def shown(
    session: AsyncSession, broadcast: Broadcast, at: datetime, *, place: str, zone: ZoneInfo, role: str = ROLE
) -> ShownAlert | None:
    """None where the broadcast is a service message: it has no page."""
    alert = await session.get(Alert, broadcast.alert_id) if broadcast.alert_id and not broadcast.subject else None
    if alert is None:
        return None
    present = await _present(session, alert)
    rows = (await session.execute(select(Advice))).scalars().all()
    clear = broadcast.purpose is Purpose.all_clear
    if alert.kind in own_words.OWN:
        return _own(broadcast, alert, present, place, at, zone, clear=clear)
    do = [] if clear else lines(rows, alert.event_code, alert.grade, role)
    signed = next((row.signed_by for row in rows if row.signed_by and do and do[0] in row.lines), "")
    return ShownAlert(
        broadcast,
        alert,
        _truth(alert, at, clear=clear, updated=present is not None),
        headline(alert, Purpose.all_clear if clear else Purpose.first, None, place),
        str(main_info(alert).get("description") or alert.headline),
        do,
        signed,
        present,
    )


def _own(
    broadcast: Broadcast,
    alert: Alert,
    present: Broadcast | None,
    place: str,
    at: datetime,
    zone: ZoneInfo,
    *,
    clear: bool,
) -> ShownAlert:
    """What the county says itself tells what to do in its own words."""
    purpose = Purpose.all_clear if clear else Purpose.first
    return ShownAlert(
        broadcast,
        alert,
        _truth(alert, at, clear=clear, updated=present is not None),
        headline(alert, purpose, None, place),
        own_words.body(alert, place, at, zone, steps=False),
        [] if clear else own_words.said(alert).steps,
        alert.sender_name,
        present,
        own_words.by_whom(alert, purpose, spoken(alert.sent, at, zone)),
    )


def _truth(alert: Alert, at: datetime, *, clear: bool, updated: bool) -> Truth:
    if clear:
        return Truth.cleared
    if updated:
        return Truth.updated
    return Truth.holds if standing(alert, at) is Standing.force else Truth.over


async def _present(session: AsyncSession, alert: Alert) -> Broadcast | None:
    """The newest broadcast of what has taken this alert's place."""
    newest = alert
    for _ in range(MOST):
        after = await alerts.by_uid(session, newest.replaced_by) if newest.replaced_by else None
        if after is None:
            break
        newest = after
    if newest is alert:
        return None
    wanted = select(Broadcast).where(col(Broadcast.alert_id) == newest.id, col(Broadcast.subject) == "")
    return (await session.execute(wanted.order_by(col(Broadcast.id).desc()).limit(1))).scalar_one_or_none()
