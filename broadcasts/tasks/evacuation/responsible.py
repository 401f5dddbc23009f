"""Who answers for a village, and who stands in: its informants, A before B, then its grid workers. Of a part of a
village, where it has none or one of its own, those of the village."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from bot.config import Settings
from bot.directory.queries import Hearer, people
from bot.directory.tree import Node, Tree
from broadcasts.audience.select import ROBOT, roads_of
from broadcasts.coverage.count import village
from broadcasts.dispatch.models import Broadcast, Delivery
from broadcasts.dispatch.sending.roads import open_roads
from broadcasts.dispatch.states import Purpose

ROLES = ("灾害信息员", "网格员")  # in this order


@dataclass(frozen=True)
class Responsible:
    """`first` is None where nobody answers for the village."""

    first: Hearer | None = None
    second: Hearer | None = None


NOBODY = Responsible()


async def responsible(
    session: AsyncSession, settings: Settings, areas: Tree, villages: Collection[int], broadcast: Broadcast
) -> dict[int, Responsible]:
    """By village. Only of those whom a road reaches; in a drill of its participants alone."""
    places = {node.id for one in villages for up in _upward(areas, one) for node in areas.below(up.id)}
    found: dict[int, list[Hearer]] = {}
    asked = await _asked(session, broadcast.id) if broadcast.drill else set[int]()
    for one in await people(session, areas=places, roles=ROLES):
        if reached(settings, one, drill=broadcast.drill) and (not broadcast.drill or one.id in asked):
            found.setdefault(village(areas, one.area_id), []).append(one)
    return {one: Responsible(*_nearest(areas, one, found)[:2]) for one in villages}


def _upward(areas: Tree, village: int) -> Iterator[Node]:
    """The place, then what it is a part of, below the town: whoever stands there answers for no single village."""
    for node in areas.up(village):
        if node.id != village and node.town_id in {None, node.id}:
            return
        yield node


def _nearest(areas: Tree, village: int, found: Mapping[int, list[Hearer]]) -> list[Hearer]:
    return [one for node in _upward(areas, village) for one in sorted(found.get(node.id, ()), key=_order)]


def reached(settings: Settings, one: Hearer, *, drill: bool) -> bool:
    """Whether a road leads there. A drill is not worth a text message."""
    channels = open_roads(settings).of(Purpose.task) - {ROBOT}
    return bool(roads_of(one.addresses, "" if drill else one.phone).keys() & channels)


def _order(one: Hearer) -> tuple[int, str, int]:
    return min(ROLES.index(role) for role in one.roles if role in ROLES), one.ab or "Z", one.id


async def _asked(session: AsyncSession, broadcast_id: str) -> set[int]:
    wanted = sa.select(col(Delivery.target_id)).where(
        col(Delivery.broadcast_id) == broadcast_id, col(Delivery.target_kind) == "person", col(Delivery.asked)
    )
    return set((await session.execute(wanted)).scalars())
