"""The web process: answers requests, and does what is due by the clock while it holds the ticker's lease."""

import asyncio
import logging
import signal
import socket
from collections.abc import Callable

import uvloop
from aiohttp import web

from bot.app import create_app
from bot.collector import calm_collector
from bot.commands.ticks import TICKS
from bot.commands.watched import WATCHING
from bot.config import Settings, load
from bot.deps import Deps, open_deps
from bot.errors import AddressTaken
from bot.logs import set_up
from bot.migrations.run import check
from bot.parent import gone
from bot.ticker import Ticker

log = logging.getLogger(__name__)
FINISH = 3.0  # seconds that open requests are given at the end
BACKLOG = 1024


def main() -> None:
    """Run until SIGTERM, SIGINT or the parent's end. Raises SignalTreeError where it cannot start."""
    settings = load()
    set_up(settings.log_level)
    uvloop.run(run(settings))


async def run(settings: Settings, application: Callable[[Deps], web.Application] = create_app) -> None:
    """Listen first: who cannot must not have taken the lease from the one who does."""
    await check(settings)
    async with open_deps(settings) as deps:
        runner = web.AppRunner(application(deps), access_log=None, shutdown_timeout=FINISH)
        await runner.setup()
        calm_collector()
        try:
            await _listen(runner, settings)
            ticking = asyncio.create_task(Ticker(deps, [*TICKS, *WATCHING], owner(settings)).keep())
            try:
                await _ended(ticking)
            finally:
                ticking.cancel()
                await asyncio.gather(ticking, return_exceptions=True)
        finally:
            await runner.cleanup()


def owner(settings: Settings) -> str:
    """This process's name in the lease: the same after a restart, another for a neighbour."""
    return f"{socket.gethostname()[:50]}:{settings.port}"


async def _listen(runner: web.AppRunner, settings: Settings) -> None:
    try:
        await web.TCPSite(runner, settings.host, settings.port, backlog=BACKLOG).start()
    except OSError as error:
        raise AddressTaken(
            f"{settings.host}:{settings.port}（{error.strerror}）。请停下占用它的程序，或换 PORT"
        ) from None
    log.info("web: listening on %s:%d", settings.host, settings.port)


async def _ended(ticking: "asyncio.Task[None]") -> None:
    """Wait for a signal, for the parent's end, or for a ticker that broke, which is a bug and ends the process."""
    stop, loop = asyncio.Event(), asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    waits = [asyncio.create_task(stop.wait()), asyncio.create_task(gone())]
    await asyncio.wait([*waits, ticking], return_when=asyncio.FIRST_COMPLETED)
    for waiting in waits:
        waiting.cancel()
    if ticking.done():
        ticking.result()
