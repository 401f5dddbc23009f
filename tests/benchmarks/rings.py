"""What one tick costs that rings for many open reports: `python -m tests.benchmarks.rings [how many]` prints its CPU
and its statements, on SQLite and on PostgreSQL."""

import asyncio
import sys
import tempfile
import time
from pathlib import Path

from broadcasts.release.holds import open_hold
from broadcasts.release.rings import ring_due
from broadcasts.release.verdict import Reason
from drills.duty.rostered import Rostered
from tests.places import area
from tests.servers import postgres
from tests.statements import asked
from tests.world import World, small_world

REPORTS, TURNS = 60, 3
VILLAGES = ("柳湾村", "上坪村", "石门村")
LATER = 181  # seconds until they ring again


async def opened(world: World, many: int) -> None:
    """So many reports of three villages wait at the desk."""
    places, at = [await area(world, village) for village in VILLAGES], world.clock.now()
    async with world.deps.begin() as session:
        for number in range(many):
            place, said = places[number % len(places)], f"路断了（{number}）"
            about = f"report:{at.timestamp():.0f}-{number}"
            await open_hold(session, Reason.report, about=about, said=said, by="test", at=at, area_id=place)


async def measure(name: str, database: str, many: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        async with small_world(Path(folder), database) as world:
            await opened(world, many)
            for turn in range(TURNS):
                with asked(world.deps.database.engines) as said:
                    cpu, wall = time.process_time(), time.perf_counter()
                    rang = await ring_due(world.deps, Rostered(application=True, remembers=True), world.clock.now())
                    cpu, wall = time.process_time() - cpu, time.perf_counter() - wall
                print(f"{name} {turn + 1}: {rang} rang, {len(said)} statements, {cpu:.3f} s CPU, {wall:.3f} s")  # noqa: T201
                world.clock.turn(LATER)


if __name__ == "__main__":
    number = int(sys.argv[1]) if len(sys.argv) > 1 else REPORTS
    asyncio.run(measure("sqlite", "", number))
    with postgres() as server:
        asyncio.run(measure("postgresql", server.fresh(), number))
