"""What a road that is down keeps waiting: for the officer's page, for monitors."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from broadcasts.dispatch.models import Batch
from broadcasts.dispatch.queries import SOON
from broadcasts.dispatch.sending.roads_down import Outage, roads_down
from broadcasts.dispatch.states import Road


@dataclass(frozen=True, slots=True)
class CutOff:
    """A road that is down, and how many copies will leave when it is back."""

    outage: Outage
    copies: int


async def cut_off(session: AsyncSession, at: datetime) -> list[CutOff]:
    """The longest down first; live roads before the training room's. One query where nothing is down."""
    down = sorted(await roads_down(session), key=lambda outage: outage.road != Road.live)
    waiting = await _waiting(session, at) if down else {}
    return [CutOff(outage, waiting.get((outage.road, outage.channel), 0)) for outage in down]


async def _waiting(session: AsyncSession, at: datetime) -> dict[tuple[str, str], int]:
    """By (road, channel); what waits for the morning does not wait for its road."""
    wanted = (
        sa.select(col(Batch.road), col(Batch.channel), sa.func.sum(col(Batch.size)))
        .where(sa.text("state = 'queued'"), col(Batch.due_at) <= at + SOON)  # as text: SQLite's partial index
        .group_by(col(Batch.road), col(Batch.channel))
    )
    return {(road.value, channel): copies for road, channel, copies in await session.execute(wanted)}


def live(down: Sequence[CutOff]) -> list[CutOff]:
    """Those by which people are warned."""
    return [one for one in down if one.outage.road == Road.live]
