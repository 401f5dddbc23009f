"""What stories of answers need beside the world: somebody answers, and what the desk would see."""

from dataclasses import dataclass

from sqlmodel import col, select

from bot.directory.models import Person
from broadcasts.answers.acknowledge import acknowledge, undo
from broadcasts.answers.models import Answer, How, Said
from broadcasts.answers.queries import Figures, OpenAlert, figures, open_for, silent
from broadcasts.dispatch.models import Broadcast
from broadcasts.dispatch.states import Road
from broadcasts.ladder.models import Rung
from broadcasts.release.holds import open_holds
from broadcasts.release.models import Hold
from tests.world import World


@dataclass
class Desk:
    """Answers come in by `source` numbers, as inbound words do."""

    world: World
    words: int = 0

    async def person(self, key: str) -> Person:
        async with self.world.deps.read() as session:
            return (await session.execute(select(Person).where(col(Person.key) == key))).scalar_one()

    async def broadcasts(self) -> list[str]:
        async with self.world.deps.read() as session:
            wanted = select(Broadcast.id).where(col(Broadcast.subject) == "").order_by(col(Broadcast.id))
            return list((await session.execute(wanted)).scalars())

    async def say(
        self, key: str, said: Said, *, to: list[str] | None = None, source: str = "", how: How = How.digit
    ) -> list[Answer]:
        self.words += 1
        person = await self.person(key)
        async with self.world.deps.begin() as session:
            return await acknowledge(
                session,
                person_id=person.id,
                broadcasts=to or [(await self.broadcasts())[-1]],
                said=said,
                how=how,
                by=f"person:{person.uid}",
                source=source or f"inbound:{self.words}",
                road=Road.live,
                at=self.world.clock.now(),
            )

    async def undo(self, key: str) -> list[Answer]:
        person = await self.person(key)
        async with self.world.deps.begin() as session:
            return await undo(session, person.id, Road.live, self.world.clock.now())

    async def open(self, key: str) -> list[OpenAlert]:
        person = await self.person(key)
        async with self.world.deps.read() as session:
            return await open_for(session, person.id, Road.live, self.world.clock.now())

    async def silent(self, broadcast: str = "") -> list[str]:
        async with self.world.deps.read() as session:
            return [s.name for s in await silent(session, broadcast or (await self.broadcasts())[-1])]

    async def figures(self, broadcast: str = "") -> Figures:
        async with self.world.deps.read() as session:
            return await figures(session, broadcast or (await self.broadcasts())[-1])

    async def holds(self, reason: str) -> list[Hold]:
        async with self.world.deps.read() as session:
            return [hold for hold in await open_holds(session) if hold.reason == reason]

    async def rungs(self) -> list[tuple[int, str]]:
        async with self.world.deps.read() as session:
            rows = (await session.execute(select(Rung).order_by(col(Rung.id)))).scalars()
            return [(rung.number, rung.state.value) for rung in rows]
