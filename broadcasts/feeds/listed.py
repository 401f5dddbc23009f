"""What stands in the public feed: what went out live and still holds, and the all-clears of the last day. No drill, no
exercise, nothing that was said to staff alone."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from lxml import etree
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from broadcasts.alerts.content import message
from broadcasts.alerts.models import Alert, AlertSource, Kind, Status
from broadcasts.dispatch.models import Broadcast
from broadcasts.feeds import cap
from broadcasts.intake.message import Form

CLEARED = timedelta(hours=24)  # how long an all-clear is still listed: a reader must see it once
MOST = 200


@dataclass(frozen=True)
class Entry:
    """An alert as the index names it; what stands there never changes."""

    alert: Alert
    identifier: str


async def entries(session: AsyncSession, at: datetime) -> Sequence[Entry]:
    """Newest first."""
    cancel = col(Alert.msg_type) == "Cancel"
    holds = sa.and_(sa.not_(cancel), sa.or_(col(Alert.expires).is_(None), col(Alert.expires) > at))
    fresh = sa.and_(cancel, col(Alert.sent) > at - CLEARED)
    wanted = select(Alert).where(col(Alert.status) == Status.issued, col(Alert.kind) != Kind.drill)
    wanted = wanted.where(sa.or_(holds, fresh)).order_by(col(Alert.id).desc()).limit(MOST)
    return [Entry(alert, alert.identifier) for alert in (await session.execute(wanted)).scalars() if public(alert)]


async def changed(session: AsyncSession) -> datetime | None:
    """When the index last changed: something went out, or was over."""
    sent = select(sa.func.max(col(Broadcast.started_at))).where(col(Broadcast.subject) == "")
    over = select(sa.func.max(col(Alert.ended_at)))
    moments = [(await session.execute(query)).scalar_one_or_none() for query in (sent, over)]
    return max(filter(None, moments), default=None)


async def one(session: AsyncSession, identifier: str) -> Alert | None:
    """What went out under this identifier, also when it is over by now; of several senders' the newest."""
    out = col(Alert.status).in_([Status.issued, Status.ended])
    named = sa.or_(col(Alert.identifier) == identifier, col(Alert.uid) == identifier)
    wanted = select(Alert).where(out, named, col(Alert.kind) != Kind.drill).order_by(col(Alert.id).desc())
    return next((alert for alert in (await session.execute(wanted)).scalars() if public(alert)), None)


async def document(session: AsyncSession, alert: Alert, zone: ZoneInfo) -> bytes:
    """The bytes as they came where the source was CAP 1.2, else CAP made of what was read."""
    wanted = select(AlertSource.raw).where(
        col(AlertSource.alert_id) == alert.id,
        col(AlertSource.form) == Form.cap.value,
        col(AlertSource.identifier) == alert.identifier,
    )
    for raw in (await session.execute(wanted.order_by(col(AlertSource.id)))).scalars():
        if _is_cap12(raw):
            return bytes(raw)
    return cap.write(message(alert.content), zone)


def public(alert: Alert) -> bool:
    return bool(alert.content.get("status") == "Actual" and alert.content.get("scope") == "Public")


def _is_cap12(raw: bytes) -> bool:
    try:
        root = etree.fromstring(raw, etree.XMLParser(resolve_entities=False, no_network=True))
    except etree.XMLSyntaxError:
        return False
    return root.tag == f"{{{cap.NAMESPACE}}}alert"
