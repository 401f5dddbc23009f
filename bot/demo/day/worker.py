"""The worker of a day that is turned by hand: the product's own, on a clock that can be set forward.
`python -m bot.demo.day.worker SECONDS`."""

import asyncio
import sys
from datetime import timedelta

import uvloop

from bot.config import load
from bot.demo.day.clock import ShiftedClock
from bot.demo.day.orders import obey
from bot.logs import set_up
from bot.worker import run


async def main(shift: float) -> None:
    """Send until SIGTERM, or until the story is gone."""
    settings, stop, clock = load(env_file=None), asyncio.Event(), ShiftedClock(timedelta(seconds=shift))
    set_up(settings.log_level)
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(run(settings, stop, clock=clock))
        await obey(clock, _nothing)
        stop.set()


async def _nothing() -> str:
    """What is due leaves by itself."""
    return ""


if __name__ == "__main__":
    uvloop.run(main(float(sys.argv[1])))
