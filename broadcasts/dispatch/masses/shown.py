"""A mass send as a page shows it: how far it is, how many have it, and whether an administrator must still confirm."""

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from bot.channels.oa_mass.limits import CONFIRM_MINUTES
from broadcasts.dispatch.masses.decide import of_broadcast, open_at
from broadcasts.dispatch.masses.finished import of_counts
from broadcasts.dispatch.masses.states import Asked, Whom
from broadcasts.dispatch.models import Batch, MassSend
from broadcasts.dispatch.states import State

CONFIRM = timedelta(minutes=CONFIRM_MINUTES)


@dataclass(frozen=True)
class Shown:
    """`states` are followers by state. `filtered` of them the platform left out, since they refuse or had four. `open`:
    it waits for a second person; `until`: the account's administrator has so long to confirm it."""

    sent: MassSend
    states: Counter[str]
    filtered: int
    reasons: Sequence[str]
    open: bool
    until: datetime | None

    @property
    def waits(self) -> int:
        """Followers of whom the platform has taken the call and said nothing yet."""
        return self.states[State.sent]


async def shown(session: AsyncSession, broadcast_id: str, at: datetime) -> list[Shown]:
    """The newest first."""
    return [await _one(session, sent, at) for sent in await of_broadcast(session, broadcast_id)]


async def _one(session: AsyncSession, sent: MassSend, at: datetime) -> Shown:
    states, filtered, reasons, until = Counter[str](), 0, set[str](), None
    columns = (col(Batch.state), col(Batch.size), col(Batch.reason), col(Batch.counts), col(Batch.settled_at))
    rows = await session.execute(sa.select(*columns).where(col(Batch.text_id) == sent.text_id, _MASS))
    for state, size, reason, counts, settled_at in rows if sent.state is Asked.sent else ():
        states.update(of_counts(counts, state, size))
        told = json.loads(counts or "{}")
        filtered += max(0, int(told.get("total", 0)) - int(told.get("filtered", told.get("total", 0))))
        reasons |= {reason} if reason else set()
        if sent.whom is Whom.all and state is State.sent and settled_at and at < settled_at + CONFIRM:
            until = settled_at + CONFIRM
    return Shown(sent, states, filtered, sorted(reasons), open_at(sent, at), until)


_MASS = sa.text("batch.audience IS NOT NULL")
