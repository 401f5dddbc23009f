"""GET /_sim/live: server-sent events that say "changed", at most four times a second, and nothing else."""

import asyncio

from aiohttp import web

from bot.simulator.platform import PLATFORM

PAUSE_SECONDS = 0.25
HEARTBEAT_SECONDS = 15


async def live(request: web.Request) -> web.StreamResponse:
    response = web.StreamResponse(headers={"Content-Type": "text/event-stream", "Cache-Control": "no-store"})
    await response.prepare(request)
    watched = request.app[PLATFORM].live
    changed = watched.watch()
    try:
        await response.write(b": hello\n\n")
        while not watched.closed:
            await response.write(b"data: changed\n\n" if await _soon(changed) else b": still here\n\n")
            changed.clear()
            await asyncio.sleep(PAUSE_SECONDS)
    except ConnectionResetError:
        return response
    finally:
        watched.leave(changed)
    return response


async def _soon(changed: asyncio.Event) -> bool:
    """Whether something changed before the heartbeat is due."""
    try:
        async with asyncio.timeout(HEARTBEAT_SECONDS):
            await changed.wait()
    except TimeoutError:
        return False
    return True


async def close(app: web.Application) -> None:
    """On shutdown: let go of who watches and of the calls that a time-out holds."""
    app[PLATFORM].live.close()
    app[PLATFORM].faults.clear()
