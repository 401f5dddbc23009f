"""The live wire: one watcher per process says "changed" to every page that listens, and pages fetch themselves. While
nothing changes it says that it watches, so that a page knows that it is fresh on a calm night."""

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
HEARTBEAT = 5.0  # seconds between two signs that the watcher watches; a page that misses three says how old it is
PAUSE = 0.25  # seconds: at most four words in one of them
CHANGED, ALIVE = b"data: changed\n\n", b"event: alive\ndata: alive\n\n"

routes = web.RouteTableDef()


class Listener:
    """A flag and what it stands for: whoever is slow hears once of many changes, and of a change before a beat."""

    def __init__(self) -> None:
        self._rung, self._changed = asyncio.Event(), False

    def hear(self, *, changed: bool) -> None:
        self._changed = self._changed or changed
        self._rung.set()

    async def next(self) -> bytes:
        await self._rung.wait()
        self._rung.clear()
        changed, self._changed = self._changed, False
        return CHANGED if changed else ALIVE


@dataclass
class Wire:
    """Who listens."""

    listeners: set[Listener] = field(default_factory=set)
    over: bool = False

    def say(self, *, changed: bool) -> None:
        for listener in self.listeners:
            listener.hear(changed=changed)

    def end(self) -> None:
        self.over = True
        self.say(changed=True)


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
    page; whatever does is on the record. The sign of life stands for a look that was taken: where the database does
    not answer there is none."""
    told, beaten = -1, deps.clock.monotonic()
    while True:
        try:
            woken, now = await deps.coordination.changed(HEARTBEAT), deps.clock.monotonic()
            if wire.listeners and (woken or now - beaten >= HEARTBEAT):
                newest = await _newest(deps)
                if newest != told or now - beaten >= HEARTBEAT:
                    wire.say(changed=newest != told)
                    told, beaten = newest, now
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
    """Server-sent events that say nothing but "changed", and that somebody watches."""
    await signed_in(request)
    wire, listener = request.app[WIRE], Listener()
    response = web.StreamResponse(
        headers={"Content-Type": "text/event-stream", "Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    )
    await response.prepare(request)
    wire.listeners.add(listener)
    try:
        await response.write(b": here\n\n")
        while not wire.over:
            await response.write(await listener.next())
    except ConnectionError:
        pass
    finally:
        wire.listeners.discard(listener)
    return response
