"""Loudspeakers and screens as tasks: what a keeper has to read out or type in, and what a screen's page shows."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from operator import itemgetter

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from bot.directory.outlets.models import Outlet, OutletKind
from bot.record.entries import record
from broadcasts.alerts.models import Alert
from broadcasts.answers.models import Answer, Said
from broadcasts.audience.select import OUTLETS
from broadcasts.dispatch.byhand.tasks import OPEN, due, settle, texts
from broadcasts.dispatch.models import Broadcast, Delivery
from broadcasts.dispatch.states import Road, State

SAID = (Said.played, Said.unplayed)
FETCHED = "outlet.fetched"  # of the record: when a screen took its page


@dataclass(frozen=True, slots=True)
class OutletTask:
    """One text for one loudspeaker or screen. `answer` is what its keeper said last, if anything."""

    delivery_id: int
    broadcast_id: str
    outlet_id: int
    kind: OutletKind
    name: str
    place: str
    drill: bool
    text: str
    answer: Answer | None

    @property
    def done(self) -> bool:
        return self.answer is not None and self.answer.said is Said.played

    @property
    def parts(self) -> list[tuple[bool, list[str]]]:
        """Its lines, one after the other, and whether they stand above already, word for word: the second reading."""
        lines = [line for line in self.text.split("\n") if line.strip()]
        said = [(line in lines[:number], line) for number, line in enumerate(lines)]
        return [(again, [line for _, line in those]) for again, those in groupby(said, key=itemgetter(0))]


async def tasks_for(session: AsyncSession, person_id: int, road: Road, at: datetime) -> list[OutletTask]:
    """What this keeper has to do of what is in force on this road, the newest first."""
    rows = await session.execute(
        sa.select(
            col(Delivery.id), col(Delivery.broadcast_id), col(Outlet.id), col(Outlet.kind), col(Outlet.name),
            col(Outlet.place), col(Broadcast.drill),
        )
        .join(Broadcast, col(Broadcast.id) == col(Delivery.broadcast_id))
        .join(Alert, col(Alert.id) == col(Broadcast.alert_id))
        .join(Outlet, col(Outlet.id) == col(Delivery.target_id))
        .where(col(Delivery.channel).in_(OUTLETS), col(Broadcast.road) == road, *due(person_id, at))
        .order_by(col(Delivery.broadcast_id).desc(), col(Outlet.kind).desc(), col(Outlet.name))
    )  # fmt: skip
    found = rows.all()
    broadcasts = {row[1] for row in found}
    said = {kind: await texts(session, broadcasts, kind) for kind in OUTLETS}
    last = await last_said(session, broadcasts)
    return [
        OutletTask(*row, said[row[3].value].get((row[1], row[3].zh), ""), last.get((row[1], row[2]))) for row in found
    ]


async def last_said(session: AsyncSession, broadcasts: Collection[str]) -> dict[tuple[str, int], Answer]:
    """By broadcast and outlet: what was said of it last."""
    wanted = select(Answer).where(
        col(Answer.broadcast_id).in_(broadcasts), col(Answer.said).in_(SAID), col(Answer.undone_at).is_(None)
    )
    rows = (await session.execute(wanted.order_by(col(Answer.id)))).scalars()
    return {(one.broadcast_id, one.outlet_id): one for one in rows if one.outlet_id is not None}


async def fetched(session: AsyncSession, outlet: Outlet, alerts: Collection[int], at: datetime) -> list[int]:
    """A screen's browser took its page, on which these alerts stand: their copies are there. Which copies."""
    ids = await expected(session, outlet, alerts)
    moved = await settle(session, ids, State.delivered, at) if ids else []
    rows = await session.execute(
        sa.select(col(Delivery.broadcast_id), col(Delivery.id)).where(col(Delivery.id).in_(moved))
    )
    for broadcast_id, copy in rows if moved else ():
        record(session, f"outlet:{outlet.uid}", FETCHED, broadcast_id, at, copy=copy)
    return moved


async def expected(session: AsyncSession, outlet: Outlet, alerts: Collection[int]) -> list[int]:
    """Copies of these alerts that this screen has not fetched yet."""
    mine = (
        sa.select(col(Delivery.id))
        .join(Broadcast, col(Broadcast.id) == col(Delivery.broadcast_id))
        .where(
            col(Broadcast.alert_id).in_(alerts),
            col(Broadcast.subject) == "",
            col(Delivery.target_kind) == OutletKind.screen.value,
            col(Delivery.target_id) == outlet.id,
            col(Delivery.state).in_(OPEN),
        )
    )
    return [*(await session.execute(mine)).scalars()]
