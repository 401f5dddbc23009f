"""What stories of evacuations need beside the world: an order by an officer's hand, and what the desk would see."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlmodel import col, select

from bot.directory.models import Area
from bot.directory.shelters.models import Shelter
from bot.directory.tree import tree
from bot.ids import uuid7
from broadcasts.alerts.models import Alert
from broadcasts.dispatch.queries import of_alert
from broadcasts.tasks.evacuation.models import EvacuationOrder
from broadcasts.tasks.evacuation.order import Wanted, order
from broadcasts.tasks.evacuation.queries import Seen, of_thread
from tests.world import World

BASIS = "县防汛指挥部 2 号令"


@dataclass
class Moving:
    """Under the newest alert, or the one that is named."""

    world: World
    alert: str = ""

    @classmethod
    async def begun(cls, world: World, *villages: str, answered: Sequence[str] = (), **order: Any) -> "Moving":
        """A red warning, answered by these, under which these villages are moved: 柳湾村 where none is named."""
        moving = cls(world)
        await world.issue()
        for who in answered:
            await world.say(who, "1")
        await moving.order(*(villages or ("柳湾村",)), **order)
        return moving

    async def shelter(self, name: str = "柳湾小学", place: str = "柳湾村") -> int:
        async with self.world.deps.begin() as session:
            area = await self._area(place)
            made = Shelter(
                uid=uuid7(self.world.clock.now()), key=name, name=name, area_id=area.id, address="村口", capacity=200
            )
            session.add(made)
            await session.flush()
            return made.id

    async def order(
        self, *villages: str, expected: int | None = None, shelter: int | None = None, hours: float = 2,
        basis: str = BASIS, work: bool = True,
    ) -> EvacuationOrder:  # fmt: skip
        """By an officer's hand."""
        at = self.world.clock.now()
        wanted = [Wanted((await self._area(one)).id, expected, shelter) for one in villages]
        async with self.world.deps.begin() as session:
            alert = await self._alert()
            sent = (await of_alert(session, alert.id))[-1:]
            made = await order(
                session, self.world.deps.settings, await tree(session), alert, sent[0] if sent else None, wanted,
                basis=basis, until=at + timedelta(hours=hours), by="user:liu", at=at,
            )  # fmt: skip
        if work:
            await self.world.work()
        return made

    async def seen(self) -> dict[str, Seen]:
        """By village."""
        async with self.world.deps.read() as session:
            return {one.village: one for one in await of_thread(session, (await self._alert()).thread)}

    async def states(self) -> dict[str, str]:
        return {name: one.task.state.value for name, one in (await self.seen()).items()}

    async def _alert(self) -> Alert:
        async with self.world.deps.read() as session:
            wanted = select(Alert).order_by(col(Alert.id).desc()).limit(1)
            if self.alert:
                wanted = wanted.where(col(Alert.uid) == self.alert)
            return (await session.execute(wanted)).scalar_one()

    async def _area(self, name: str) -> Area:
        async with self.world.deps.read() as session:
            return (await session.execute(select(Area).where(col(Area.name) == name))).scalar_one()
