"""What stands behind Caddy in the tests: it tells what reached it, and how many listen to its live wire."""

import asyncio
import hashlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from aiohttp import web
from aiohttp.test_utils import TestServer

from handlers.h5.uploads import WHOLE

LISTENERS = web.AppKey("listeners", set[asyncio.Event])
PAGE = "柳湾村 红色暴雨\n" * 400


async def taken(request: web.Request) -> web.Response:
    """The body's digest, byte for byte, and what was said of who sent it."""
    digest = hashlib.sha256()
    async for piece in request.content.iter_any():
        digest.update(piece)
    return web.json_response({"sha256": digest.hexdigest(), "from": request.headers.get("X-Forwarded-For", "")})


async def wire(request: web.Request) -> web.StreamResponse:
    """As the console's: silent from the first word until somebody rings."""
    response = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
    await response.prepare(request)
    rung = asyncio.Event()
    request.app[LISTENERS].add(rung)
    try:
        await response.write(b": here\n\n")
        await rung.wait()
    finally:
        request.app[LISTENERS].discard(rung)
    return response


async def packed(request: web.Request) -> web.Response:
    response = web.Response(text=PAGE, content_type="text/html")
    response.enable_compression(web.ContentCoding.gzip)
    return response


async def said(request: web.Request) -> web.Response:
    return web.json_response({"path": request.path})


@asynccontextmanager
async def behind() -> AsyncIterator[TestServer]:
    app = web.Application(client_max_size=WHOLE)
    app[LISTENERS] = set()
    app.add_routes([web.post("/taken", taken), web.get("/wire", wire), web.get("/packed", packed)])
    app.router.add_get("/{path:.*}", said)
    server = TestServer(app, host="127.0.0.1")
    await server.start_server()
    try:
        yield server
    finally:
        await server.close()
