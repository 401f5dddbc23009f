"""Handing out what was sent to whoever may see it: a recording as browsers play it, in pieces where they ask for them;
a video or a file to be laid down, never to be opened here."""

import asyncio
import mimetypes
from pathlib import Path

from aiohttp import web

from handlers.wechat.playing import WAV, Unplayable, playable, wav

SHOWN = frozenset({"image", "audio"})
CAREFUL = {"X-Content-Type-Options": "nosniff", "Cache-Control": "private, no-store"}


async def as_asked(request: web.Request, path: Path, mime: str) -> web.StreamResponse:
    """What no browser plays is made into what they play; where that cannot be done it comes as it is."""
    if not playable(mime):
        return as_it_is(path, mime)
    try:
        made = await asyncio.to_thread(lambda: wav(path.read_bytes(), mime))
    except Unplayable:
        return as_it_is(path, mime)
    asked = request.http_range  # some browsers play nothing that cannot be asked for in pieces
    piece = made[asked]
    start = asked.indices(len(made))[0]
    headers = {"Content-Type": WAV, "Accept-Ranges": "bytes", **CAREFUL}
    if piece and len(piece) < len(made):
        headers["Content-Range"] = f"bytes {start}-{start + len(piece) - 1}/{len(made)}"
        return web.Response(body=piece, status=206, headers=headers)
    return web.Response(body=made, headers=headers)


def as_it_is(path: Path, mime: str) -> web.FileResponse:
    headers = {"Content-Type": mime, "Content-Disposition": f'inline; filename="{path.name}"', **CAREFUL}
    return web.FileResponse(path, headers=headers)


def as_sent(path: Path, mime: str) -> web.FileResponse:
    """Pictures and recordings on the page, whatever else as a download: a stranger sent it, and no page of ours runs
    it."""
    if mime.partition("/")[0] in SHOWN:
        return as_it_is(path, mime)
    ending = mimetypes.guess_extension(mime) or ""
    headers = {
        "Content-Type": "application/octet-stream",
        "Content-Disposition": f'attachment; filename="{path.name}{ending}"',
        **CAREFUL,
    }
    return web.FileResponse(path, headers=headers)
