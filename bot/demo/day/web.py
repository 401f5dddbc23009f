"""The web process of a day that is turned by hand: the product's own application; what the clock makes due is done at
each turn, in the ticks' order. `python -m bot.demo.day.web SECONDS`."""

import asyncio
import sys
from datetime import timedelta

import sqlalchemy as sa
import uvloop
from aiohttp import web
from sqlmodel import col

from bot.app import create_app
from bot.commands.ticks import TICKS
from bot.config import load
from bot.demo.day.clock import ShiftedClock
from bot.demo.day.orders import obey
from bot.deps import Deps, open_deps
from bot.logs import set_up
from bot.ticker import run
from broadcasts.dispatch.models import Batch
from broadcasts.dispatch.states import State
from handlers.chat.work import work_due

ROUNDS = 3  # what is due may make something else due
LOOK = 0.01  # seconds
PATIENCE = 15.0  # seconds until what should have left is said to be stuck


async def main(shift: float) -> None:
    """Serve until SIGTERM, or until the story is gone."""
    settings, clock = load(env_file=None), ShiftedClock(timedelta(seconds=shift))
    set_up(settings.log_level)
    async with open_deps(settings, clock) as deps:
        runner = web.AppRunner(create_app(deps), access_log=None, shutdown_timeout=1.0)
        await runner.setup()
        try:
            await web.TCPSite(runner, settings.host, settings.port, backlog=1024).start()
            await obey(clock, lambda: due(deps))
        finally:
            await runner.cleanup()


async def due(deps: Deps) -> str:
    """Work on what was said, run every tick, and wait until nothing that is due waits. What went wrong, or nothing."""
    failed: set[str] = set()
    for _ in range(ROUNDS):
        await work_due(deps)
        failed |= {tick.name for tick in TICKS if not await run(deps, tick)}
        if not await _left(deps):
            failed.add("dispatch: something due did not leave")
            break
    return "；".join(sorted(failed))


async def _left(deps: Deps) -> bool:
    """Whether all that is due has left within the patience."""
    end = deps.clock.monotonic() + PATIENCE
    while deps.clock.monotonic() < end:
        queued = (col(Batch.state) == State.queued) & (col(Batch.due_at) <= deps.clock.now())
        waiting = sa.select(sa.exists().where(queued | (col(Batch.state) == State.sending)))
        async with deps.read() as session:
            if not await session.scalar(waiting):
                return True
        await asyncio.sleep(LOOK)
    return False


if __name__ == "__main__":
    uvloop.run(main(float(sys.argv[1])))
