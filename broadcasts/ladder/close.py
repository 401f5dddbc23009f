"""Letting go of what an answer, an all-clear or the end has made needless, even when it was queued already."""

import json
from collections import Counter, defaultdict
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from bot.directory.models import Person
from bot.record.entries import record
from broadcasts.answers.counted import silent
from broadcasts.dispatch.models import Batch, Broadcast, Delivery
from broadcasts.dispatch.states import Purpose, State
from broadcasts.dispatch.tallies import skip
from broadcasts.ladder.models import Rung, RungState
from broadcasts.release.holds import close, open_holds
from broadcasts.release.verdict import Reason

BY = "system"
ANSWERED = "answered"
AGAIN = (Purpose.reminder, Purpose.b_role)


async def let_go(session: AsyncSession, broadcast_id: str, person_id: int, at: datetime) -> int:
    """Someone has answered: take what is queued for her, and never was tried, out of its batch; and the word to her B,
    where the B has answered too and no other A there is silent. How many copies that were."""
    waiting = await _waiting(session, broadcast_id, person_id)
    ours = [row for row in waiting if row.target_id == person_id]
    told_of_her = [row for row in waiting if row.target_id != person_id and row.purpose is Purpose.b_role]
    if told_of_her:
        quiet = await silent(session, broadcast_id, inside=told_of_her[0].area_id)
        here = [s for s in quiet if s.area_id == told_of_her[0].area_id]
        if not any(s.ab == "A" for s in here):
            still = {s.person_id for s in here}
            ours += [row for row in told_of_her if row.target_id not in still]
    return await _take_out(session, ours, at)


async def over(session: AsyncSession, alerts: Collection[int], *, reason: str, at: datetime) -> int:
    """These alerts are over: none of their rungs is due any more, and nobody telephones for them. How many rungs."""
    mine = sa.select(col(Broadcast.id)).where(col(Broadcast.alert_id).in_(alerts))
    closed = await session.execute(
        sa.update(Rung)
        .where(col(Rung.broadcast_id).in_(mine), col(Rung.state) == RungState.due)
        .values(state=RungState.over, done_at=at)
        .returning(col(Rung.broadcast_id), col(Rung.number))
    )
    rungs = sorted(closed.all())
    for broadcast_id, number in rungs:
        record(session, BY, "rung.over", broadcast_id, at, rung=number, reason=reason)
    for waiting in await open_holds(session, list(alerts)):
        if waiting.reason in {Reason.silent, Reason.cannot, Reason.knock}:
            await close(session, waiting, reason, by=BY, at=at)
    return len(rungs)


async def stop(session: AsyncSession, broadcast_id: str, *, reason: str, at: datetime) -> None:
    """Nobody is told of this broadcast again, and nobody telephones for it."""
    closed = await session.execute(
        sa.update(Rung)
        .where(col(Rung.broadcast_id) == broadcast_id, col(Rung.state) == RungState.due)
        .values(state=RungState.over, done_at=at)
        .returning(col(Rung.number))
    )
    for number in sorted(closed.scalars()):
        record(session, BY, "rung.over", broadcast_id, at, rung=number, reason=reason)
    for waiting in await open_holds(session):
        if waiting.about in {f"{kind}:{broadcast_id}" for kind in ("broadcast", "unsent", "overdue")}:
            await close(session, waiting, reason, by=BY, at=at)


async def _waiting(session: AsyncSession, broadcast_id: str, person_id: int) -> Sequence[Any]:
    """Copies for this person and her neighbours in the same area that are queued and were never tried. Their batches
    are locked: whoever claims them passes by, and whoever has claimed them keeps them."""
    home = select(Person.area_id).where(col(Person.id) == person_id).scalar_subquery()
    columns: list[Any] = [
        col(Delivery.id), col(Delivery.target_id), col(Delivery.purpose), col(Delivery.address),
        sa.func.coalesce(col(Delivery.town_id), 0).label("town"), col(Person.area_id), col(Batch.id).label("batch"),
        col(Batch.broadcast_id), col(Batch.channel), col(Batch.members), col(Batch.size), col(Batch.towns),
    ]  # fmt: skip
    wanted = (
        sa.select(*columns)
        .join(Batch, col(Batch.id) == col(Delivery.batch_id))
        .join(Person, col(Person.id) == col(Delivery.target_id))
        .where(
            col(Delivery.broadcast_id) == broadcast_id,
            col(Delivery.target_kind) == "person",
            col(Delivery.purpose).in_(AGAIN),
            col(Delivery.state).is_(None),
            col(Person.area_id) == home,
            *_untouched(),
        )
        .order_by(col(Batch.id), col(Delivery.id))
        .with_for_update(of=Batch)
    )
    return [*await session.execute(wanted)]


async def _take_out(session: AsyncSession, rows: Sequence[Any], at: datetime) -> int:
    """A batch loses these members; one that is empty is skipped. A batch that somebody has claimed stays as it is."""
    batches: defaultdict[int, list[Any]] = defaultdict(list)
    for row in rows:
        batches[row.batch].append(row)
    gone: list[int] = []
    copies: Counter[tuple[str, str, int]] = Counter()
    for number, members in batches.items():
        changed = await session.execute(
            sa.update(Batch).where(col(Batch.id) == number, *_untouched()).values(**_without(members, at))
        )
        if changed.rowcount == 1:  # type: ignore[attr-defined]
            gone.extend(row.id for row in members)
            copies.update((row.broadcast_id, row.channel, row.town) for row in members)
    if gone:
        await session.execute(
            sa.update(Delivery).where(col(Delivery.id).in_(gone)).values(state=State.skipped, reason=ANSWERED)
        )
        await skip(session, copies, at)
    return len(gone)


def _untouched() -> tuple[sa.ColumnElement[bool], ...]:
    """Of a Batch: queued, and no worker, alive or dead, ever had it in hand: what may have left is not changed."""
    return col(Batch.state) == State.queued, col(Batch.attempts) == 0, col(Batch.attempted_at).is_(None)


def _without(rows: Sequence[Any], at: datetime) -> dict[str, Any]:
    first = rows[0]
    left = first.size - len(rows)
    if left <= 0:
        return {"state": State.skipped, "reason": ANSWERED, "settled_at": at}
    addresses = Counter(row.address for row in rows)
    towns = Counter({int(town): n for town, n in json.loads(first.towns).items()})
    towns.subtract(row.town for row in rows)
    return {
        "members": "|".join(m for m in first.members.split("|") if not addresses[m]) if first.members else None,
        "size": left,
        "towns": json.dumps({str(town): n for town, n in towns.items() if n > 0}),
    }
