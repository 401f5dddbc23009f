"""The copies of one broadcast that need another road: what failed for the road's sake, and what waits for a road that a
rule leaves."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from bot.wechat.codes import BUSY, CROWDED, LIMIT
from broadcasts.answers.latest import latest
from broadcasts.answers.models import Answer
from broadcasts.dispatch.failover.rules import OF_THE_COPY
from broadcasts.dispatch.failover.scopes import Scope
from broadcasts.dispatch.failover.troubles import SLOW
from broadcasts.dispatch.models import Batch, Broadcast, Delivery
from broadcasts.dispatch.sending.breaker import MAYBE, ROAD
from broadcasts.dispatch.sending.judge import tries
from broadcasts.dispatch.states import Purpose, State

SPENT = ("limit", "no_room", "quota")  # no room by our count, and by the platform's word
NOT_NOW = {one.reason: one.wait for one in (BUSY, CROWDED, LIMIT)}  # a platform that stands: come again in seconds
MOST = 2000  # in one transaction: nobody waits for the lock for long
SOON = timedelta(minutes=2)  # longer than any look whether a road is back


@dataclass(frozen=True)
class Stuck:
    """A copy, how it was to go, and why its road is left."""

    id: int
    kind: str
    target_id: int
    town_id: int | None
    address: str
    purpose: Purpose
    ordinal: int
    wake: bool
    rank: int
    expires_at: datetime | None
    text_id: int
    tail: str
    cause: str


async def stuck(
    session: AsyncSession, broadcast: Broadcast, scope: Scope, left: Mapping[str, str], after: timedelta, at: datetime
) -> list[Stuck]:
    """`left` are the channels that are not waited for, with the reason; `after`: what falls due later than that for
    want of room waits too long. Nobody who has answered, nobody for whom another road was looked for already.
    The first of them; whoever gets that many asks again."""
    failed = sa.func.coalesce(col(Delivery.state), col(Batch.state)) == State.failed.value
    reason = sa.case((col(Delivery.state).is_not(None), col(Delivery.reason)), else_=col(Batch.reason))
    last = latest(col(Answer.broadcast_id) == broadcast.id)
    person = col(Delivery.target_kind) == "person"
    waits = [] if scope.only else _waits(broadcast, scope, left, after, at)
    counts = reason.in_(scope.only) if scope.only else reason.not_in(OF_THE_COPY)
    wanted = sa.or_(failed & counts, *(waiting for waiting, _ in waits))
    cause = sa.case((failed, reason), *waits)
    columns: list[Any] = [
        *(Delivery.id, Delivery.target_kind, Delivery.target_id, Delivery.town_id, Delivery.address, Delivery.purpose),
        *(Delivery.ordinal, Batch.wake, Batch.rank, Batch.expires_at, Batch.text_id, Batch.tail),
        cause,
    ]
    rows = await session.execute(
        sa.select(*columns)
        .join(Batch, col(Batch.id) == col(Delivery.batch_id))
        .join(last, person & (last.c.person_id == col(Delivery.target_id)), isouter=True)
        .where(
            col(Delivery.broadcast_id) == broadcast.id,
            col(Batch.broadcast_id) == broadcast.id,
            col(Delivery.passed_at).is_(None),
            col(Delivery.purpose).in_(scope.purposes),
            col(Delivery.target_kind).in_(scope.kinds),
            sa.or_(last.c.id.is_(None), col(Delivery.purpose) == Purpose.instead),  # who goes instead may have answered
            sa.or_(col(Batch.expires_at).is_(None), col(Batch.expires_at) > at),
            wanted,
        )
        .order_by(col(Delivery.id))
        .limit(MOST)
    )
    return [Stuck(*row) for row in rows]


Waiting = tuple[sa.ColumnElement[bool], Any]


def _waits(
    broadcast: Broadcast, scope: Scope, left: Mapping[str, str], after: timedelta, at: datetime
) -> list[Waiting]:
    """What has not left and waits too long, with the reason: for room, for a road that is left, for an answer."""
    own = col(Delivery.state).is_(None)
    queued, reason = own & (col(Batch.state) == State.queued), col(Batch.reason)
    spent = queued & reason.in_(SPENT) & (col(Batch.due_at) > at + after)
    found: list[Waiting] = [(spent, reason)]
    found += [(_for_a_road(broadcast, channel, why, after, at), sa.literal(why)) for channel, why in left.items()]
    refused = sa.or_(*(
        (reason == why) & (col(Batch.attempts) >= tries(after, least)) for why, least in NOT_NOW.items()
    ))  # fmt: skip
    found.append((queued & refused, reason))
    if scope.hangs:
        open_ = own & (col(Batch.state) == State.sending) & (col(Batch.attempted_at) <= at - after)
        vain = queued & reason.in_(sorted(ROAD | MAYBE)) & _long_enough(broadcast, after, at)
        found += [(open_, sa.literal(SLOW)), (vain, reason)]
    return found


def _long_enough(broadcast: Broadcast, after: timedelta, at: datetime) -> sa.ColumnElement[bool]:
    """Whether its calls were made in vain for so long. A rung came later than its broadcast: there the tries tell."""
    tried = col(Batch.attempts) > 0
    if broadcast.subject:
        return tried & sa.literal(broadcast.started_at + after <= at)
    return col(Batch.attempts) >= tries(after)


def _for_a_road(broadcast: Broadcast, channel: str, why: str, after: timedelta, at: datetime) -> sa.ColumnElement[bool]:
    """A copy that has not left; what waits for the morning is left alone, and was never tried. A slow road may have it
    in hand, and is given its time from the beginning."""
    slow = why == SLOW
    states = [State.queued, State.sending] if slow else [State.queued]
    begun = sa.literal(not slow or broadcast.started_at + after <= at)
    due = col(Batch.due_at) <= at if slow else (col(Batch.due_at) <= at + SOON) | (col(Batch.attempts) > 0)
    return begun & col(Delivery.state).is_(None) & col(Batch.state).in_(states) & (col(Batch.channel) == channel) & due
