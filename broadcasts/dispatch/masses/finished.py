"""What the platform says became of a mass send: how many have it and how many do not. It is told by an event, once, and
asked for where no event came."""

import json
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from bot.record.entries import record
from broadcasts.dispatch import tallies
from broadcasts.dispatch.models import Batch
from broadcasts.dispatch.sending.roads import MASS
from broadcasts.dispatch.states import Road, State

SUCCESS = "send success"
REFUSED, UNCONFIRMED = "err(40001)", "err(40002)"  # by the account's administrator; by nobody within half an hour
REASONS = {REFUSED: "mass_refused", UNCONFIRMED: "mass_unconfirmed"}
REACHED = "reached"  # as the platform counts; beside the states' own names
TAKEN = (State.sent, State.unknown, State.delivered)


@dataclass(frozen=True)
class Finished:
    """The event's words. `total` were asked for, `filtered` of them the platform tried after it left out who refuses or
    has had four, `sent` have it. None: it named no numbers."""

    status: str
    total: int | None = None
    filtered: int | None = None
    sent: int | None = None
    errors: int | None = None

    @property
    def success(self) -> bool:
        return self.status == SUCCESS


async def finished(session: AsyncSession, road: Road, message_id: str, said: Finished, at: datetime) -> bool:
    """Settle the batch's counts. False where it is none of ours, or its numbers are known already."""
    batch = await _of(session, road, message_id)
    if batch is None or batch.state not in TAKEN or (batch.counts and _counted(batch)):
        return False
    before = states(batch)
    here = batch.size if said.sent is None else min(said.sent, batch.size)
    here = here if said.success else 0
    state = State.delivered if said.success else State.failed
    reason = "" if said.success else REASONS.get(said.status, "platform")
    kept = {"delivered": here, "failed": batch.size - here}
    told = {"total": said.total, "filtered": said.filtered, REACHED: said.sent, "errors": said.errors}
    batch.state, batch.reason = state, reason
    batch.counts = json.dumps(kept | {name: number for name, number in told.items() if number is not None})
    session.add(batch)
    changes = {(batch.broadcast_id, MASS, 0, state): -copies for state, copies in before.items()}
    for name, copies in kept.items():
        key = (batch.broadcast_id, MASS, 0, name)
        changes[key] = changes.get(key, 0) + copies
    await tallies.add(session, changes)
    record(session, "platform", "mass.finished", batch.broadcast_id, at, batch=batch.id, status=said.status, **kept)
    return True


def states(batch: Batch) -> dict[str, int]:
    """How many of its followers are in which state."""
    return of_counts(batch.counts, batch.state, batch.size)


def of_counts(counts: str | None, state: State, size: int) -> dict[str, int]:
    if counts is None:
        return {state.value: size}
    told = json.loads(counts)
    return {name.value: int(told[name]) for name in (State.delivered, State.failed) if told.get(name)}


def _counted(batch: Batch) -> bool:
    return REACHED in json.loads(batch.counts or "{}") or batch.state is State.failed


async def _of(session: AsyncSession, road: Road, message_id: str) -> Batch | None:
    wanted = sa.select(Batch).where(
        col(Batch.message_id) == message_id, col(Batch.message_id) != "", col(Batch.road) == road,
        sa.text("batch.audience IS NOT NULL"),
    )  # fmt: skip
    return (await session.execute(wanted.limit(1).with_for_update())).scalar_one_or_none()
