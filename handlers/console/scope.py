"""Whose area is it: a town's people see and decide what concerns their town, the county's see everything."""

from dataclasses import dataclass
from typing import Protocol, TypeVar

import sqlalchemy as sa
from aiohttp import web
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from bot.access.guards import Caller
from bot.directory.models import Area, Group, Person
from bot.directory.tree import Tree, tree
from broadcasts.alerts.content import message
from broadcasts.alerts.models import Alert
from broadcasts.audience.places import Hit, hit
from broadcasts.dispatch.models import Broadcast, Delivery


class Placed(Protocol):
    """What stands in one place."""

    @property
    def area_id(self) -> int: ...


One = TypeVar("One", bound=Placed)


@dataclass(frozen=True)
class Scope:
    """A caller's part of the area tree. `area_id` is None where the whole county is theirs."""

    areas: Tree
    area_id: int | None

    @property
    def whole(self) -> bool:
        return self.area_id is None

    def town_ids(self) -> set[int] | None:
        """The town whose figures are shown; None: all."""
        return None if self.area_id is None else {self.areas.nodes[self.area_id].town_id or 0}

    def holds(self, area_id: int) -> bool:
        """Whether a place lies in this part."""
        return self.area_id is None or self.area_id in {node.id for node in self.areas.up(area_id)}

    def hit(self, alert: Alert) -> Hit:
        return hit(message(alert.content), self.areas)

    async def sees(self, session: AsyncSession, alert: Alert) -> bool:
        """Whether its areas, or those whom it was sent to, have a part in this one."""
        if self.area_id is None:
            return True
        around = {node.id for node in (*self.areas.up(self.area_id), *self.areas.below(self.area_id))}
        return bool(self.hit(alert).areas & around) or await _told(session, alert.id, self.area_id)

    def decides(self, alert: Alert) -> bool:
        """Whether everything that it hits lies in this one."""
        if self.area_id is None:
            return True
        hit_areas = self.hit(alert).areas
        return bool(hit_areas) and all(self.area_id in {n.id for n in self.areas.up(a)} for a in hit_areas)


async def scope(session: AsyncSession, caller: Caller) -> Scope:
    areas = await tree(session)
    roots = {root.id for root in areas.roots}
    return Scope(areas, None if caller.area_id is None or caller.area_id in roots else caller.area_id)


def own(mine: Scope, one: One | None) -> One:
    """It, if it stands in this part. Raises 404 for what is unknown, and for what lies elsewhere."""
    if one is None or not mine.holds(one.area_id):
        raise web.HTTPNotFound
    return one


async def _told(session: AsyncSession, alert_id: int, area_id: int) -> bool:
    """Whether somebody inside the area was a target."""
    person, group = col(Delivery.target_kind) == "person", col(Delivery.target_kind) == "group"
    wanted = (
        sa.select(col(Delivery.id))
        .join(Broadcast, col(Broadcast.id) == col(Delivery.broadcast_id))
        .join(Person, person & (col(Person.id) == col(Delivery.target_id)), isouter=True)
        .join(Group, group & (col(Group.id) == col(Delivery.target_id)), isouter=True)
        .join(Area, col(Area.id) == sa.func.coalesce(col(Person.area_id), col(Group.area_id)))
        .where(
            col(Broadcast.alert_id) == alert_id, col(Broadcast.subject) == "", col(Area.path).contains(f"/{area_id}/")
        )
    )
    return (await session.execute(wanted.limit(1))).first() is not None
