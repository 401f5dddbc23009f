"""The sign of life to a monitor outside: given while all holds, and held back when it does not."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import sqlalchemy as sa
from aiohttp import web
from sqlmodel import col

from bot.commands.watched import INVARIANTS
from broadcasts.dispatch.models import Batch
from broadcasts.ladder.models import Rung
from broadcasts.watch.heartbeat import beat
from tests.watch.looking import kinds, look, said
from tests.world import World, small_world

HOLDING = [one for one in INVARIANTS if one.name != "worker"]  # the small world's worker is this very process


@asynccontextmanager
async def monitor() -> AsyncIterator[tuple[str, list[str]]]:
    """Its address, and what it has heard."""
    heard: list[str] = []

    async def ping(request: web.Request) -> web.Response:
        heard.append(request.path)
        return web.Response(text="OK")

    app = web.Application()
    app.router.add_get("/ping/county", ping)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}/ping/county", heard
    finally:
        await runner.cleanup()


async def test_a_sign_is_given_while_every_step_is_taken(tmp_path: Path) -> None:
    async with monitor() as (url, heard), small_world(tmp_path, more={"heartbeat_url": url}) as world:
        assert await beat(world.deps, HOLDING, world.clock.now())
        await world.issue()
        assert await beat(world.deps, HOLDING, world.clock.now())
        world.clock.turn(600)  # the ladder's next rung is due, and no tick comes
        assert not await beat(world.deps, HOLDING, world.clock.now())
        assert len(heard) == 2
        await world.work()
        assert await beat(world.deps, HOLDING, world.clock.now())


async def test_without_a_monitor_nobody_is_asked(world: World) -> None:
    assert not await beat(world.deps, INVARIANTS, world.clock.now())


async def test_a_monitor_that_is_away_breaks_nothing(tmp_path: Path) -> None:
    async with small_world(tmp_path, more={"heartbeat_url": "http://127.0.0.1:9/ping"}) as world:
        assert not await beat(world.deps, HOLDING, world.clock.now())


async def test_a_step_that_nobody_took_is_a_finding(world: World) -> None:
    await world.issue()
    async with world.deps.read() as session:
        due = await session.scalar(sa.select(sa.func.count()).select_from(Rung).where(col(Rung.state) == "due"))
    assert due
    world.clock.turn(3600)
    await look(world, "steps")
    assert await kinds(world) == ["steps_late"]
    assert (await said(world)).startswith("有到点的事没有办：叫应")


async def test_a_queue_that_does_not_move_is_a_finding_and_one_whose_road_is_down_is_not(world: World) -> None:
    await world.issue()
    async with world.deps.begin() as session:
        back = sa.update(Batch).values(state="queued", due_at=world.clock.now())
        await session.execute(back)
    world.clock.turn(3600)
    found = await look(world, "queue")
    assert found["queue"] is not None
    assert [one.kind for one in found["queue"].seen] == ["queue_stuck"]


async def test_a_worker_that_never_was_is_a_finding(tmp_path: Path) -> None:
    async with small_world(tmp_path) as world:
        async with world.deps.begin() as session:
            await session.execute(sa.text("DELETE FROM lease"))
        found = await look(world, "worker")
        assert found["worker"] is not None
        assert [one.kind for one in found["worker"].seen] == ["worker_silent"]
