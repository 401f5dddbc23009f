"""The files by which the platforms see that a domain is ours: whatever the administrator lays in DATA_DIR/verify."""

import asyncio
import os
import stat
from pathlib import Path

from aiohttp import web

from bot.deps import DEPS

NAME = r"(?:WW|MP)_verify_[0-9A-Za-z_-]{4,64}\.txt"
LONGEST = 1024  # bytes; they hold one word
routes = web.RouteTableDef()


@routes.get(rf"/{{name:{NAME}}}")
async def show(request: web.Request) -> web.Response:
    """The file's very bytes. 404 for what is not there, is no plain file or too long."""
    path = request.app[DEPS].settings.data_dir / "verify" / request.match_info["name"]
    found = await asyncio.to_thread(_read, path)
    if found is None:
        raise web.HTTPNotFound
    return web.Response(body=found, content_type="text/plain", headers={"X-Content-Type-Options": "nosniff"})


def _read(path: Path) -> bytes | None:
    try:
        number = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except OSError:
        return None
    try:
        found = os.read(number, LONGEST + 1) if stat.S_ISREG(os.fstat(number).st_mode) else None
    finally:
        os.close(number)
    return found if found is not None and len(found) <= LONGEST else None
