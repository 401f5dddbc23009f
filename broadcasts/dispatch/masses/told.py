"""Whom a mass send leaves out: who has got a copy of her own, and who has had the month's four."""

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from bot.channels.oa_mass.limits import A_MONTH
from broadcasts.dispatch.masses.idset import decoded
from broadcasts.dispatch.models import Batch, Broadcast, Delivery
from broadcasts.dispatch.states import Road, State

AWAY = (State.failed, State.skipped, State.unknown)  # such a copy may not be there: a duplicate beats a silence
COUNTED = (State.queued, State.sending, State.sent, State.delivered, State.unknown)  # uses one of the month's four
FROZEN = sa.text("batch.audience IS NOT NULL")  # as text: see broadcasts.dispatch.models.CODED


async def told(session: AsyncSession, alert_id: int, *, alone: bool) -> tuple[set[int], set[int]]:
    """Followers and people whom this alert has reached, or is on its way to. `alone`: followers too, by a copy of their
    own or by an earlier mass send; else people alone."""
    state = sa.func.coalesce(col(Delivery.state), col(Batch.state))
    rows = await session.execute(
        sa.select(col(Delivery.target_kind), col(Delivery.target_id))
        .join(Batch, col(Batch.id) == col(Delivery.batch_id))
        .join(Broadcast, col(Broadcast.id) == col(Delivery.broadcast_id))
        .where(
            col(Broadcast.alert_id) == alert_id,
            col(Broadcast.subject) == "",
            state.not_in(AWAY),
            col(Delivery.target_kind).in_(("person", "follower") if alone else ("person",)),
        )
    )
    found: dict[str, set[int]] = {"person": set(), "follower": set()}
    for kind, number in rows:
        found[kind].add(number)
    if alone:
        for blob in await _massed(session, alert_id):
            found["follower"].update(decoded(blob))
    return found["follower"], found["person"]


async def _massed(session: AsyncSession, alert_id: int) -> list[bytes]:
    wanted = (
        sa.select(col(Batch.audience))
        .join(Broadcast, col(Broadcast.id) == col(Batch.broadcast_id))
        .where(FROZEN, col(Broadcast.alert_id) == alert_id, col(Batch.state).not_in(AWAY))
    )
    return [blob for blob in (await session.execute(wanted)).scalars() if blob]


async def month_used(
    session: AsyncSession, ids: Sequence[int], at: datetime, zone: ZoneInfo, most: int = A_MONTH
) -> tuple[set[int], int]:
    """Of these, those who have had `most` this month, and how many have had one less. What has not left counts as well:
    it will."""
    audiences = [decoded(blob) for blob in await _audiences(session, month(at, zone))]
    if len(audiences) < most - 1 or not ids:
        return set(), 0
    times = bytearray(max(ids[-1], *(one[-1] for one in audiences if one)) + 1)
    for one in audiences:
        for number in one:
            times[number] += times[number] < A_MONTH
    full = {number for number in ids if times[number] >= most}
    return full, sum(times[number] == most - 1 for number in ids)


def month(at: datetime, zone: ZoneInfo) -> datetime:
    """When the county's present month began."""
    return at.astimezone(zone).replace(day=1, hour=0, minute=0, second=0, microsecond=0)


async def _audiences(session: AsyncSession, since: datetime) -> list[bytes]:
    wanted = sa.select(col(Batch.audience)).where(
        FROZEN, col(Batch.due_at) >= since, col(Batch.road) == Road.live, col(Batch.state).in_(COUNTED)
    )
    return [blob for blob in (await session.execute(wanted)).scalars() if blob]


async def calls_since(session: AsyncSession, since: datetime) -> int:
    """Mass sends that were made, or wait, since then."""
    wanted = sa.select(sa.func.count()).where(
        FROZEN, col(Batch.due_at) >= since, col(Batch.road) == Road.live, col(Batch.state) != State.skipped
    )
    return int(await session.scalar(wanted.select_from(Batch)) or 0)


async def took(session: AsyncSession, most: int = 50) -> float | None:
    """Seconds that the last mass sends took on average. None: there was none."""
    columns = (col(Batch.attempted_at), col(Batch.settled_at))
    done = col(Batch.state).in_((State.sent, State.delivered))
    rows = await session.execute(sa.select(*columns).where(FROZEN, done).order_by(col(Batch.due_at).desc()).limit(most))
    times = [(b - a).total_seconds() for a, b in rows if a and b]
    return sum(times) / len(times) if times else None


async def times(session: AsyncSession, follower_id: int) -> int:
    """How many mass sends a follower was in, ever: for whoever asks what was sent to them."""
    wanted = sa.select(col(Batch.audience)).where(FROZEN, col(Batch.state).in_(COUNTED))
    blobs = (await session.execute(wanted)).scalars()
    return sum(follower_id in decoded(blob) for blob in blobs if blob)
