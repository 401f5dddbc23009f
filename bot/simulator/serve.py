"""Running the simulator: as a context for tests and the demo, or for as long as a command lives."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from aiohttp import web

from bot.clock import Clock, SystemClock
from bot.simulator.app import create_app
from bot.simulator.config import SimulatorConfig

LOOPBACK = "127.0.0.1"
BACKLOG = 4096
SHUTDOWN_SECONDS = 2.0


@asynccontextmanager
async def running(
    config: SimulatorConfig, host: str = LOOPBACK, port: int = 0, *, clock: Clock | None = None
) -> AsyncIterator[str]:
    """Serve inside the block; gives the base URL. Port 0 takes a free one."""
    app = create_app(config, clock or SystemClock())
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=SHUTDOWN_SECONDS)
    await runner.setup()
    try:
        await web.TCPSite(runner, host, port, backlog=BACKLOG).start()
        address = runner.addresses[0]
        name = f"[{address[0]}]" if ":" in address[0] else address[0]
        yield f"http://{name}:{address[1]}"
    finally:
        await runner.cleanup()


async def serve(config: SimulatorConfig, host: str = LOOPBACK, port: int = 8090) -> None:
    """Serve until cancelled."""
    async with running(config, host, port):
        await asyncio.Event().wait()
