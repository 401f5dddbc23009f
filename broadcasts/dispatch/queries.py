"""Looking at what goes out: broadcasts of an alert, copies page by page, who was not reached and why."""

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, aliased
from sqlmodel import col, select

from bot.directory.models import Area, Group, Person
from bot.directory.outlets.models import Outlet
from broadcasts.audience.select import OUTLETS
from broadcasts.dispatch.models import Batch, Broadcast, Delivery
from broadcasts.dispatch.states import RECORDINGS, State

SOON = timedelta(minutes=2)  # longer than any pause between two tries
UNREACHED = (State.failed, State.unknown, State.skipped)
OTHER_ROAD, ANSWERED = "other_road", "answered"
ELSEWHERE = (OTHER_ROAD, ANSWERED)  # why a copy was let go: another road had brought it, or she had answered


@dataclass(frozen=True)
class Copy:
    """One copy with its target's name. `target` is the public id."""

    id: int
    kind: str
    target: str
    name: str
    area: str
    channel: str
    purpose: str
    state: State
    reason: str
    attempts: int
    attempted_at: datetime | None
    settled_at: datetime | None


async def broadcast(session: AsyncSession, broadcast_id: str) -> Broadcast | None:
    return await session.get(Broadcast, broadcast_id)


async def of_alert(session: AsyncSession, alert_id: int) -> Sequence[Broadcast]:
    """Oldest first."""
    wanted = select(Broadcast).where(col(Broadcast.alert_id) == alert_id, col(Broadcast.subject) == "")
    return (await session.execute(wanted.order_by(col(Broadcast.id)))).scalars().all()


def recordings(broadcast_id: str | Mapped[str]) -> sa.Select[str]:
    """What followed a broadcast's texts as recordings; found among the few broadcasts of its alert."""
    of = aliased(Broadcast)
    alert = sa.select(col(of.alert_id)).where(col(of.id) == broadcast_id).scalar_subquery()
    subject = sa.literal(RECORDINGS, sa.String) + broadcast_id
    return sa.select(col(Broadcast.id)).where(col(Broadcast.alert_id) == alert, col(Broadcast.subject) == subject)


def with_recordings(broadcast_id: str) -> sa.Select[str]:
    """A broadcast, and those."""
    own = col(Broadcast.id) == broadcast_id
    return sa.select(col(Broadcast.id)).where(sa.or_(own, col(Broadcast.id).in_(recordings(broadcast_id))))


async def copies(
    session: AsyncSession,
    broadcast_id: str,
    *,
    after: int = 0,
    most: int = 100,
    states: Sequence[State] = (),
    without: Sequence[str] = (),
    inside: int | None = None,
) -> list[Copy]:
    """A page of copies in the order of their ids; of these states, without these reasons, and of targets inside this
    area, where given."""
    state = sa.func.coalesce(col(Delivery.state), col(Batch.state), State.failed.value)
    reason = sa.case((col(Delivery.state).is_not(None), col(Delivery.reason)), else_=col(Batch.reason))
    person, group = col(Delivery.target_kind) == "person", col(Delivery.target_kind) == "group"
    outlet = col(Delivery.target_kind).in_(OUTLETS)
    home = sa.func.coalesce(col(Person.area_id), col(Group.area_id), col(Outlet.area_id))
    wanted = (
        sa.select(
            col(Delivery.id),
            col(Delivery.target_kind),
            sa.func.coalesce(col(Person.uid), col(Group.uid), col(Outlet.uid)),
            sa.func.coalesce(col(Person.name), col(Group.name), col(Outlet.name)),
            col(Area.name),
            col(Delivery.channel),
            col(Delivery.purpose),
            state,
            sa.func.coalesce(reason, ""),
            sa.func.coalesce(col(Batch.attempts), 0),
            col(Batch.attempted_at),
            col(Batch.settled_at),
        )
        .join(Batch, col(Batch.id) == col(Delivery.batch_id), isouter=True)
        .join(Person, person & (col(Person.id) == col(Delivery.target_id)), isouter=True)
        .join(Group, group & (col(Group.id) == col(Delivery.target_id)), isouter=True)
        .join(Outlet, outlet & (col(Outlet.id) == col(Delivery.target_id)), isouter=True)
        .join(Area, col(Area.id) == home, isouter=True)
        .where(col(Delivery.broadcast_id) == broadcast_id, col(Delivery.id) > after)
    )
    if states:
        wanted = wanted.where(state.in_([s.value for s in states]))
    if without:
        wanted = wanted.where(sa.func.coalesce(reason, "").not_in(without))
    if inside is not None:
        wanted = wanted.where(col(Area.path).contains(f"/{int(inside)}/"))
    rows = await session.execute(wanted.order_by(col(Delivery.id)).limit(most))
    return [_copy(row) for row in rows]


def _copy(row: Any) -> Copy:
    *names, purpose, state, reason, attempts, attempted_at, settled_at = row
    copy_id, kind, target, name, area, channel = names
    return Copy(
        copy_id,
        kind,
        target,
        name,
        area,
        channel,
        purpose.value,
        State(state),
        reason,
        attempts,
        attempted_at,
        settled_at,
    )


async def unreached(
    session: AsyncSession, broadcast_id: str, *, most: int = 5000, inside: int | None = None
) -> list[Copy]:
    """Who has certainly or perhaps not got it, with the reason; not whom it came to by another road."""
    return await copies(session, broadcast_id, most=most, states=UNREACHED, without=ELSEWHERE, inside=inside)


async def elsewhere(session: AsyncSession, broadcast_id: str) -> dict[tuple[str, int], int]:
    """Copies that were let go because their target was reached otherwise, by channel and town. The counters do not
    know why something was let go: to be asked only where they say that something was."""
    whole = (
        sa.select(col(Batch.channel), col(Batch.towns), sa.func.count())
        .where(col(Batch.broadcast_id) == broadcast_id, col(Batch.state) == State.skipped)
        .where(col(Batch.reason) == OTHER_ROAD)  # of those that were answered each copy says so itself
        .group_by(col(Batch.channel), col(Batch.towns))
    )
    single = (
        sa.select(col(Delivery.channel), sa.func.coalesce(col(Delivery.town_id), 0), sa.func.count())
        .where(col(Delivery.broadcast_id) == broadcast_id, col(Delivery.state) == State.skipped)
        .where(col(Delivery.reason) == ANSWERED)
        .group_by(col(Delivery.channel), col(Delivery.town_id))
    )
    found: Counter[tuple[str, int]] = Counter()
    for channel, towns, batches in await session.execute(whole):
        for town, copies_ in json.loads(towns).items():
            found[channel, int(town)] += copies_ * batches
    for channel, town, copies_ in await session.execute(single):
        found[channel, town] += copies_
    return dict(found)


async def moving(session: AsyncSession, broadcast_ids: Sequence[str], at: datetime) -> set[str]:
    """Those that have copies on their way now; what waits for the morning's digest does not move."""
    due = (col(Batch.state) == State.queued) & (col(Batch.due_at) <= at + SOON)
    wanted = sa.select(col(Batch.broadcast_id)).where(
        col(Batch.broadcast_id).in_(broadcast_ids), sa.or_(col(Batch.state) == State.sending, due)
    )
    return set((await session.execute(wanted.distinct())).scalars())
