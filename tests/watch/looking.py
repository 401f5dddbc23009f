"""Taking looks at the small world, and telling what they see."""

from bot.commands.watched import WATCHED
from broadcasts.watch.contract import Found
from broadcasts.watch.models import Finding
from broadcasts.watch.note import open_findings
from broadcasts.watch.run import look_at
from broadcasts.watch.tell import tell_due
from broadcasts.watch.wording import words
from drills.duty.rostered import Rostered
from tests.world import World


async def look(world: World, *names: str) -> dict[str, Found | None]:
    """Take these looks now, tell what is due, and send it."""
    looks = [one for one in WATCHED if one.name in names]
    assert len(looks) == len(names)
    found = await look_at(world.deps, looks, world.clock.now())
    await tell(world)
    return found


async def tell(world: World) -> None:
    await tell_due(world.deps, Rostered(application=True), Rostered(application=False), world.clock.now())
    await world.work()


async def kinds(world: World) -> list[str]:
    return [finding.kind for finding in await findings(world)]


async def findings(world: World) -> list[Finding]:
    async with world.deps.read() as session:
        return await open_findings(session)


async def said(world: World) -> str:
    """Words and mend of the first finding."""
    (first, *_) = await findings(world)
    return "\n".join(words(first.kind, first.facts))


async def standing(world: World, **sides: object) -> None:
    """What an administrator, or Tencent, has changed at the platform."""
    async with world.http.post(f"{world.base}/_sim/standing", json=sides) as answer:
        assert answer.status == 200, await answer.text()
