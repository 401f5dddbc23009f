"""The live wire: one watcher per process says "changed" to every page that listens, and pages fetch themselves."""

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

import sqlalchemy as sa
from aiohttp import web
from sqlmodel import col

from bot.access.guards import signed_in
from bot.deps import DEPS, Deps
from bot.record.models import Entry

log = logging.getLogger(__name__)
HEARTBEAT = 15.0  # seconds between comments on a quiet wire, so that nothing between closes it
PAUSE = 0.25  # seconds: at most four words in one of them

routes = web.RouteTableDef()


@dataclass
class Wire:
    """Who listens. A listener is a flag: whoever is slow hears once of many changes."""

    listeners: set[asyncio.Event] = field(default_factory=set)
    over: bool = False

    def say(self) -> None:
        for listener in self.listeners:
            listener.set()

    def end(self) -> None:
        self.over = True
        self.say()


WIRE = web.AppKey("wire", Wire)


async def watching(app: web.Application) -> AsyncIterator[None]:
    """A cleanup context: watch while the application runs."""
    wire = app[WIRE]
    task = asyncio.create_task(_watch(app[DEPS], wire))
    yield
    task.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await task


async def hang_up(app: web.Application) -> None:
    """On shutdown, before open requests are waited for: end what would never end by itself."""
    app[WIRE].end()


async def _watch(deps: Deps, wire: Wire) -> None:
    """Tell everybody, then rest a little: many changes are one word. Leases are renewed every second and change no
    page; whatever does is on the record."""
    told = -1
    while True:
        try:
            if await deps.coordination.changed(HEARTBEAT) and wire.listeners:
                newest = await _newest(deps)
                if newest != told:
                    told = newest
                    wire.say()
            await deps.clock.sleep(PAUSE)
        except Exception:
            log.exception("watching for changes")
            await deps.clock.sleep(HEARTBEAT)


async def _newest(deps: Deps) -> int:
    """The record's last entry."""
    async with deps.read() as session:
        return await session.scalar(sa.select(sa.func.max(col(Entry.id)))) or 0


@routes.get("/console/live")
async def live(request: web.Request) -> web.StreamResponse:
    """Server-sent events that say nothing but "changed"."""
    await signed_in(request)
    wire, changed = request.app[WIRE], asyncio.Event()
    response = web.StreamResponse(
        headers={"Content-Type": "text/event-stream", "Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    )
    await response.prepare(request)
    wire.listeners.add(changed)
    try:
        await response.write(b": here\n\n")
        while not wire.over:
            await response.write(await _next(changed))
    except ConnectionError:
        pass
    finally:
        wire.listeners.discard(changed)
    return response


async def _next(changed: asyncio.Event) -> bytes:
    try:
        await asyncio.wait_for(changed.wait(), HEARTBEAT)
    except TimeoutError:
        return b": still here\n\n"
    changed.clear()
    return b"data: changed\n\n"
