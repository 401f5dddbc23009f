"""The pictures of a door or a village on a phone's page: kept as they are sent, and handed out to whoever sent them."""

import asyncio
import hashlib
from collections.abc import Sequence
from datetime import datetime

from aiohttp import web
from sqlalchemy.ext.asyncio import AsyncSession

from bot.config import Settings
from bot.ids import uuid7
from broadcasts.tasks.pictured import Picture
from broadcasts.tasks.pictures import Album, Shot, Task, join
from handlers.recordings import as_sent
from handlers.wechat.contents import Content
from handlers.wechat.files import path_of, write


async def keep(
    session: AsyncSession, settings: Settings, album: Album, task: Task, drawn: Sequence[Content], *, by: str,
    at: datetime,
) -> None:  # fmt: skip
    """The files first, then their rows: a row without a file is a lie."""
    shots = []
    for one in drawn:
        shot = Shot(uuid7(at), one.mime, len(one.body), hashlib.sha256(one.body).hexdigest())
        await asyncio.to_thread(write, path_of(settings, shot.uid), one.body)
        shots.append(shot)
    await join(session, album, task, shots, by=by, at=at)


def handed_out(settings: Settings, kept: Sequence[Picture], uid: str) -> web.StreamResponse:
    """Raises 404."""
    one = next((one for one in kept if one.uid == uid), None)
    if one is None:
        raise web.HTTPNotFound
    return as_sent(path_of(settings, one.uid), one.mime)
