"""How many messages a customers' group may still get in its month, week or day: the platform counts, and so do we,
before anything is planned."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from bot.channels.customer_group.limits import NAME, Allowance, kept_for_red, most
from bot.config import Settings
from broadcasts.audience.select import Target
from broadcasts.dispatch.models import Batch, Broadcast, Delivery
from broadcasts.dispatch.states import Road, State

SPENT = (State.queued, State.sending, State.sent, State.delivered, State.unknown)


def begins(settings: Settings, at: datetime) -> datetime:
    """When the span that is counted now began: local midnight, of the first of the month, of Monday, or of today."""
    today = at.astimezone(settings.zone).replace(hour=0, minute=0, second=0, microsecond=0)
    allowance = Allowance(settings.customer_group_limit)
    if allowance is Allowance.month:
        today = today.replace(day=1)
    elif allowance is Allowance.week:
        today -= timedelta(days=today.weekday())
    return today.astimezone(at.tzinfo)


def allowed(settings: Settings, at: datetime, *, red: bool = True) -> int:
    number = most(Allowance(settings.customer_group_limit), at.astimezone(settings.zone).date())
    return number if red else number - kept_for_red(number)


async def used(session: AsyncSession, settings: Settings, at: datetime) -> dict[int, int]:
    """By group: copies of this span that are there or may come to be, drills on the simulator left out."""
    state = sa.func.coalesce(col(Delivery.state), col(Batch.state))
    rows = await session.execute(
        sa.select(col(Delivery.target_id), sa.func.count())
        .join(Broadcast, col(Broadcast.id) == col(Delivery.broadcast_id))
        .join(Batch, col(Batch.id) == col(Delivery.batch_id))
        .where(
            col(Delivery.channel) == NAME,
            col(Broadcast.road) == Road.live,
            col(Broadcast.started_at) >= begins(settings, at),
            state.in_([one.value for one in SPENT]),
        )
        .group_by(col(Delivery.target_id))
    )
    return {group: copies for group, copies in rows}


async def within(
    session: AsyncSession, settings: Settings, targets: Sequence[Target], at: datetime, *, red: bool
) -> tuple[list[Target], list[int]]:
    """The targets again, a group that has had its number without this road; and which groups those are."""
    if not any(NAME in target.roads for target in targets):
        return list(targets), []
    spent, number = await used(session, settings, at), allowed(settings, at, red=red)
    full = {t.id for t in targets if NAME in t.roads and spent.get(t.id, 0) >= number}
    return [_without(t) if t.id in full and NAME in t.roads else t for t in targets], sorted(full)


def _without(target: Target) -> Target:
    return replace(target, roads={name: address for name, address in target.roads.items() if name != NAME})
