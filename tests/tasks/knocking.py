"""What stories of knocks need beside the world: a ladder with the last rung, and what the desk would see."""

from dataclasses import dataclass

from broadcasts.dispatch.queries import broadcast
from broadcasts.ladder.models import LadderRule, Whom
from broadcasts.tasks.knocks.models import Knock
from broadcasts.tasks.knocks.queries import Seen, of_broadcasts
from broadcasts.tasks.knocks.send import send
from tests.stories.answering import Desk
from tests.world import World

AFTER = 9  # minutes: the default ladder reminds after three and rings the desk after six
EVERYBODY = {"li", "wang", "zhou", "chen", "liu", "sun"}


@dataclass
class Doors:
    world: World

    @property
    def desk(self) -> Desk:
        return Desk(self.world)

    async def rung(self, *, within: int = 15) -> None:
        """The county's own last step: somebody knocks."""
        async with self.world.deps.begin() as session:
            session.add(
                LadderRule(
                    grade="red", number=5, after_seconds=AFTER * 60, whom=Whom.knock, within_seconds=within * 60,
                    basis="青崖县叫应办法",
                )
            )  # fmt: skip

    async def silent_night(self, *silent: str) -> str:
        """A red warning that all but these have answered. Its sending."""
        await self.world.issue()
        for key in sorted(EVERYBODY - set(silent)):
            await self.world.say(key, "1")
        return (await self.desk.broadcasts())[-1]

    async def to_the_doors(self) -> None:
        await self.world.forward(minutes=AFTER, seconds=1)

    async def seen(self, sent: str = "") -> list[Seen]:
        async with self.world.deps.read() as session:
            return await of_broadcasts(session, [sent or (await self.desk.broadcasts())[-1]])

    async def states(self, sent: str = "") -> list[tuple[str, str, str, str]]:
        """(door, knocker, state, reason)"""
        return [(s.name, s.by, s.knock.state.value, s.knock.reason) for s in await self.seen(sent)]

    async def knock(self, sent: str, door: str, by: str, *, instead_of: str = "", officer: str = "user:liu") -> Knock:
        """By an officer's hand."""
        people = {key: await self.desk.person(key) for key in (door, by)}
        async with self.world.deps.begin() as session:
            found = await broadcast(session, sent)
            assert found is not None
            return await send(
                session, self.world.deps.settings, found, people[door], people[by], instead_of=instead_of, by=officer,
                at=self.world.clock.now(),
            )  # fmt: skip


async def at_the_door(world: World) -> Doors:
    """王建国 is on the way to 李秀英."""
    doors = Doors(world)
    await doors.rung()
    await doors.silent_night("li")
    await doors.to_the_doors()
    await world.forward(minutes=1)
    return doors
