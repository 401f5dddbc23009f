"""Which roads are down and since when, as the worker last entered it in the record: for the officer's page."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from bot.record.models import Entry
from broadcasts.dispatch.planning.plan import ROADS
from broadcasts.dispatch.sending.outages import DOWN, subject
from broadcasts.dispatch.states import Road


@dataclass(frozen=True, slots=True)
class Outage:
    """`reason` is one of a copy's reasons: unreachable, credentials, timeout …"""

    road: str
    channel: str
    reason: str
    since: datetime


async def roads_down(session: AsyncSession, channels: Iterable[str] = tuple(ROADS)) -> list[Outage]:
    """Those of these channels that are down now, the longest first. One query over the entries of these subjects."""
    names = {subject(road, channel): (road.value, channel) for road in Road for channel in channels}
    last = (
        sa.select(sa.func.max(col(Entry.id)).label("id"))
        .where(col(Entry.subject).in_(names))
        .group_by(col(Entry.subject))
    ).subquery()
    rows = await session.execute(
        sa.select(col(Entry.subject), col(Entry.detail))
        .join(last, last.c.id == col(Entry.id))
        .where(col(Entry.action) == DOWN)
    )
    found = [Outage(*names[name], detail["reason"], datetime.fromisoformat(detail["since"])) for name, detail in rows]
    return sorted(found, key=lambda outage: outage.since)
