"""移交: whoever was on the way when an update came goes on for the newer warning. The older one tells of it too, also
where the newer one stands in a thread of its own."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from bot.record.models import Entry
from broadcasts.alerts.models import Alert
from broadcasts.dispatch.models import Broadcast
from broadcasts.tasks.knocks.onward import MOVED
from broadcasts.tasks.knocks.queries import Seen, of_broadcasts


class Move(NamedTuple):
    """From the sending `before` of an older warning to a newer one."""

    at: datetime
    before: str
    older: Alert
    newer: Alert


class Told(NamedTuple):
    seen: Seen
    moves: Sequence[Move]


async def of_thread(
    session: AsyncSession, versions: Sequence[Alert], broadcasts: Sequence[str], *, inside: int | None = None
) -> list[Told]:
    """Every knock for these sendings of a thread, and those that began for one of them and went on elsewhere; the
    oldest first. Of doors inside an area, where one is given."""
    here = await of_broadcasts(session, broadcasts, inside=inside)
    later = await of_broadcasts(session, await _sendings(session, await _after(session, versions)), inside=inside)
    moves = await _moves(session, [one.knock.uid for one in (*here, *later)])
    began = [one for one in later if any(move.before in broadcasts for move in moves.get(one.knock.uid, ()))]
    found = [Told(one, moves.get(one.knock.uid, ())) for one in (*here, *began)]
    return sorted(found, key=lambda one: one.seen.knock.id)


async def _after(session: AsyncSession, versions: Sequence[Alert]) -> list[int]:
    """What replaced these in the end, outside their thread."""
    known, found = {one.uid for one in versions}, list[int]()
    wanted = {one.replaced_by for one in versions if one.replaced_by} - known
    while wanted:
        known |= wanted
        rows = (await session.execute(select(Alert).where(col(Alert.uid).in_(wanted)))).scalars().all()
        found += [one.id for one in rows]
        wanted = {one.replaced_by for one in rows if one.replaced_by} - known
    return found


async def _sendings(session: AsyncSession, alerts: Collection[int]) -> Sequence[str]:
    if not alerts:
        return []
    own = sa.select(col(Broadcast.id)).where(col(Broadcast.alert_id).in_(alerts), col(Broadcast.subject) == "")
    return (await session.execute(own)).scalars().all()


async def _moves(session: AsyncSession, knocks: Collection[str]) -> Mapping[str, list[Move]]:
    """By a knock's uid, as the record tells it."""
    if not knocks:
        return {}
    wanted = select(Entry).where(col(Entry.subject).in_(knocks), col(Entry.action) == MOVED).order_by(col(Entry.id))
    entries = (await session.execute(wanted)).scalars().all()
    sent = {str(entry.detail[name]) for entry in entries for name in ("before", "broadcast")}
    joined = sa.select(col(Broadcast.id), Alert).join(Alert, col(Alert.id) == col(Broadcast.alert_id))
    of = {one: alert for one, alert in await session.execute(joined.where(col(Broadcast.id).in_(sent)))}
    found: dict[str, list[Move]] = {}
    for entry in entries:
        before, after = str(entry.detail["before"]), str(entry.detail["broadcast"])
        found.setdefault(entry.subject, []).append(Move(entry.at, before, of[before], of[after]))
    return found
