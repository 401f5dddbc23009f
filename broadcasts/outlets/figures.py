"""大喇叭 12/14 已播: how far the loudspeakers and screens of one sending are, and which are open, by name."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from bot.directory.models import Area, Person
from bot.directory.outlets.models import Outlet, OutletKind
from broadcasts.answers.models import Said
from broadcasts.audience.select import OUTLETS
from broadcasts.dispatch.byhand.outlets import last_said
from broadcasts.dispatch.models import Delivery
from broadcasts.dispatch.states import State
from broadcasts.outlets.models import Playback


@dataclass(frozen=True)
class OutletLine:
    """One loudspeaker or screen in one sending. `said` and `times` are its keeper's word, `state` that of its copy,
    `playback` the last state that the broadcast platform told."""

    name: str
    uid: str
    area: str
    keeper: str
    state: State
    reason: str
    said: Said | None
    times: int | None
    said_at: datetime | None
    playback: int | None
    resource_code: str = ""

    @property
    def done(self) -> bool:
        """Somebody says that it was played, the platform does, or the screen fetched it itself."""
        return self.said is Said.played or (self.state is State.delivered and self.said is not Said.unplayed)

    @property
    def cannot(self) -> bool:
        return not self.done and (self.said is Said.unplayed or self.state in {State.failed, State.skipped})


@dataclass
class OutletFigures:
    kind: OutletKind
    lines: list[OutletLine] = field(default_factory=list)

    @property
    def done(self) -> int:
        return sum(line.done for line in self.lines)

    @property
    def cannot(self) -> list[OutletLine]:
        return [line for line in self.lines if line.cannot]

    @property
    def waiting(self) -> list[OutletLine]:
        return [line for line in self.lines if not line.done and not line.cannot]


async def outlet_figures(
    session: AsyncSession, broadcast_id: str, *, inside: int | None = None
) -> dict[OutletKind, OutletFigures]:
    """By kind, of what lies inside an area where one is given; a kind of which none was told is not there."""
    said = await last_said(session, [broadcast_id])
    played = await _playbacks(session, broadcast_id)
    found: dict[OutletKind, OutletFigures] = {}
    for row in await _rows(session, broadcast_id, inside):
        answer = said.get((broadcast_id, row.outlet))
        line = OutletLine(
            row.name, row.uid, row.area, row.keeper, State(row.state), row.reason,
            answer.said if answer else None, answer.times if answer else None, answer.at if answer else None,
            played.get(row.copy), row.resource_code,
        )  # fmt: skip
        found.setdefault(row.kind, OutletFigures(row.kind)).lines.append(line)
    return found


async def played_at(session: AsyncSession, broadcast_id: str) -> dict[str, str]:
    """By a loudspeaker's or a screen's public id: what its keeper said last."""
    said = await last_said(session, [broadcast_id])
    ids = {outlet: answer.said.value for (_, outlet), answer in said.items()}
    rows = await session.execute(sa.select(col(Outlet.id), col(Outlet.uid)).where(col(Outlet.id).in_(ids)))
    return {uid: ids[number] for number, uid in rows}


async def _rows(session: AsyncSession, broadcast_id: str, inside: int | None) -> list[Any]:
    wanted: Any = (
        sa.select(
            col(Outlet.id).label("outlet"), col(Delivery.id).label("copy"), col(Outlet.kind), col(Outlet.name),
            col(Outlet.uid), col(Area.name).label("area"), sa.func.coalesce(col(Person.name), "").label("keeper"),
            col(Outlet.resource_code),
            sa.func.coalesce(col(Delivery.state), State.queued.value).label("state"), col(Delivery.reason),
        )
        .join(Outlet, (col(Outlet.id) == col(Delivery.target_id)) & (col(Delivery.target_kind) == col(Outlet.kind)))
        .join(Area, col(Area.id) == col(Outlet.area_id))
        .join(Person, col(Person.id) == col(Outlet.keeper_id), isouter=True)
        .where(col(Delivery.broadcast_id) == broadcast_id, col(Delivery.target_kind).in_(OUTLETS))
        .order_by(col(Outlet.kind).desc(), col(Area.code), col(Outlet.name))
    )  # fmt: skip
    if inside is not None:
        wanted = wanted.where(col(Area.path).contains(f"/{int(inside)}/"))
    return [*await session.execute(wanted)]


async def _playbacks(session: AsyncSession, broadcast_id: str) -> dict[int, int]:
    """By copy: the state that was told last."""
    rows = await session.execute(
        sa.select(col(Playback.delivery_id), col(Playback.state))
        .join(Delivery, col(Delivery.id) == col(Playback.delivery_id))
        .where(col(Delivery.broadcast_id) == broadcast_id)
        .order_by(col(Playback.id))
    )
    return {copy: state for copy, state in rows}
