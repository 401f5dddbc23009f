"""How far a broadcast is, from its counters: no page counts rows."""

from dataclasses import dataclass, field
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from bot.directory.models import Area
from broadcasts.dispatch.models import Batch, Broadcast, Tally
from broadcasts.dispatch.sending.roads import MASS
from broadcasts.dispatch.states import State

Counts = dict[str, int]


@dataclass
class Progress:
    """The seven states partition `total`; `by_area` is by a town's code (the county's for its own)."""

    broadcast: Broadcast
    total: Counts
    by_channel: dict[str, Counts] = field(default_factory=dict)
    by_area: dict[str, Counts] = field(default_factory=dict)
    answered: int = 0
    at: datetime | None = None

    @property
    def open(self) -> int:
        return self.total["queued"] + self.total["sending"]


async def progress(session: AsyncSession, broadcast: Broadcast) -> Progress:
    """The counts of one broadcast, by channel and by town."""
    rows = await session.execute(sa.select(col(Area.id), col(Area.code), col(Area.depth)).where(col(Area.depth) < 2))
    towns = {area_id if depth else 0: code for area_id, code, depth in rows}
    made = Progress(broadcast, _none())
    tallies = await session.execute(sa.select(Tally).where(col(Tally.broadcast_id) == broadcast.id))
    for tally in tallies.scalars():
        town = towns.get(tally.town_id, "")
        placed = [made.by_area.setdefault(town, _none())] if tally.channel != MASS else []  # known in total only
        for counts in (made.total, made.by_channel.setdefault(tally.channel, _none()), *placed):
            counts[tally.state.value] += tally.copies
            counts["targets"] += tally.copies
    open_ = await session.execute(
        sa.select(col(Batch.channel), sa.func.sum(col(Batch.size)))
        .where(col(Batch.broadcast_id) == broadcast.id, col(Batch.state) == State.sending)
        .group_by(col(Batch.channel))
    )
    for channel, copies in open_:
        for counts in (made.total, made.by_channel[channel]):
            counts["sending"] += copies
            counts["queued"] -= copies
    return made


def _none() -> Counts:
    return {"targets": 0} | {state.value: 0 for state in State}
