"""A weather station's feed on loopback: an Atom index that links to CAP files, for a story to poll."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from aiohttp import web

INDEX = '<?xml version="1.0" encoding="UTF-8"?><feed xmlns="http://www.w3.org/2005/Atom">{entries}</feed>'
ENTRY = '<entry><id>{name}</id><title>{name}</title><link href="{base}/cap/{name}.xml"/></entry>'


@dataclass
class Station:
    """`files` are what the feed shows, newest last; `down` makes it fall silent."""

    base: str = ""
    files: dict[str, bytes] = field(default_factory=dict)
    down: bool = False

    async def index(self, _: web.Request) -> web.Response:
        if self.down:
            return web.Response(status=503)
        entries = "".join(ENTRY.format(name=name, base=self.base) for name in reversed(self.files))
        return web.Response(text=INDEX.format(entries=entries), content_type="application/atom+xml")

    async def cap(self, request: web.Request) -> web.Response:
        raw = self.files.get(request.match_info["name"])
        return web.Response(body=raw, content_type="application/cap+xml") if raw else web.Response(status=404)


@asynccontextmanager
async def feed() -> AsyncIterator[Station]:
    """A station that answers inside the block, at a free port."""
    station = Station()
    app = web.Application()
    app.add_routes([web.get("/feed.atom", station.index), web.get("/cap/{name}.xml", station.cap)])
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    station.base = f"http://127.0.0.1:{runner.addresses[0][1]}"
    try:
        yield station
    finally:
        await runner.cleanup()
