"""Pictures, recordings, videos and files are fetched as soon as their word is stored: the platforms keep them for three
days. What is due is a row, so that a restart or a platform that is down only puts it off."""

import asyncio
import contextlib
import hashlib
import logging
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from typing import Any, NamedTuple, Protocol

import sqlalchemy as sa
from aiohttp import web
from sqlmodel import col

from bot.channels.contract import SendError
from bot.deps import DEPS, Deps
from broadcasts.tasks.pictures import Shot
from broadcasts.tasks.pictures import fetched as of_a_task
from handlers.chat.acts.refusals import refused
from handlers.chat.spoken import fetched
from handlers.chat.wake import Wake
from handlers.wechat.contents import AUDIO, LIMITS, Content, Unfit, content
from handlers.wechat.files import path_of, write
from handlers.wechat.models import Inbound, Media, MediaState
from handlers.wechat.tries import taken

log = logging.getLogger(__name__)
FETCH = web.AppKey("fetch", Wake)
EVERY = 5.0  # seconds between two looks, where nobody woke us
AT_ONCE = 4
ROUND = 20
HOLD = timedelta(minutes=3)  # whoever has taken a row has so long before another may
KEPT = timedelta(days=3)  # by the platform
FIRST_PAUSE, LONGEST_PAUSE = timedelta(seconds=5), timedelta(hours=1)
LATE, BROKE, UNTOLD = "late", "broke", "untold"  # why it was not fetched, beside what the platform says


class Library(Protocol):
    """Where the platforms keep what was sent."""

    async def fetch(self, road: str, platform: str, media_id: str, kind: str, most: int) -> bytes:
        """Raises SendError, `too_large` where it is longer than `most` bytes."""
        ...


class Due(NamedTuple):
    id: int
    uid: str
    kind: str
    media_id: str
    attempts: int
    due_at: datetime
    road: str
    platform: str
    received_at: datetime


async def fetching(app: web.Application, library: Library) -> AsyncIterator[None]:
    """A cleanup context's body: fetch while the application runs."""
    task = asyncio.create_task(_fetch(app[DEPS], library, app[FETCH]))
    yield
    task.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await task


async def _fetch(deps: Deps, library: Library, wake: Wake) -> None:
    while True:
        try:
            more = await fetch_due(deps, library) == ROUND
        except Exception:
            log.exception("looking for pictures and recordings to fetch")
            more = False
        if not more:
            await wake.heard(deps.clock, EVERY)


async def fetch_due(deps: Deps, library: Library) -> int:
    """Fetch what is due, a round at most. How many rows were tried."""
    due = await _due(deps)
    free = asyncio.Semaphore(AT_ONCE)

    async def one(row: Due) -> None:
        async with free:
            await _tried(deps, library, row)

    await asyncio.gather(*(one(row) for row in due))
    return len(due)


async def _tried(deps: Deps, library: Library, row: Due) -> None:
    """Whatever becomes of this row, the others go on; one that cannot even be settled is due again after its hold."""
    try:
        if await taken(deps, Media, row.id, row.due_at, HOLD):
            await _settled(deps, row, await _outcome(deps, library, row))
    except Exception:
        log.exception("media %s: not settled", row.uid)


async def _settled(deps: Deps, row: Due, values: dict[str, Any]) -> None:
    """Where nobody can be told of it, it is as if it had not been fetched."""
    try:
        await _settle(deps, row, values)
    except Exception:
        log.exception("media %s: telling of it", row.uid)
        async with deps.begin() as session:
            await session.execute(_change(row, _again(deps, row, SendError(UNTOLD))))


async def _due(deps: Deps) -> list[Due]:
    m = Media
    columns = (col(m.id), col(m.uid), col(m.kind), col(m.media_id), col(m.attempts), col(m.due_at))
    wanted = (
        sa.select(*columns, col(Inbound.road), col(Inbound.platform), col(Inbound.received_at))
        .join(Inbound, col(Inbound.id) == col(Media.inbound_id))
        .where(col(Media.state) == MediaState.waiting, col(Media.due_at) <= deps.clock.now())
        .order_by(col(Media.due_at), col(Media.id))
        .limit(ROUND)
    )
    async with deps.read() as session:
        return [Due(*row) for row in await session.execute(wanted)]


async def _outcome(deps: Deps, library: Library, row: Due) -> dict[str, Any]:
    """The row's new columns."""
    if deps.clock.now() - row.received_at >= KEPT + LONGEST_PAUSE:  # its tries came to no end, or we were away
        return _over(row, MediaState.failed, LATE)
    try:
        raw = await library.fetch(row.road, row.platform, row.media_id, row.kind, LIMITS[row.kind])
        made = await asyncio.to_thread(_laid, deps, row, raw)
    except Unfit as error:
        return _over(row, MediaState.refused, error.reason)
    except SendError as error:
        return _again(deps, row, error)
    except Exception:
        log.exception("media %s: fetching", row.uid)
        return _again(deps, row, SendError(BROKE))
    return {
        "state": MediaState.kept,
        "reason": "",
        "mime": made.mime,
        "size": len(made.body),
        "sha256": hashlib.sha256(made.body).hexdigest(),
        "kept_at": deps.clock.now(),
    }


def _laid(deps: Deps, row: Due, raw: bytes) -> Content:
    """In a thread: drawn anew, and on the disk."""
    made = content(row.kind, raw)
    write(path_of(deps.settings, row.uid), made.body)
    return made


def _again(deps: Deps, row: Due, error: SendError) -> dict[str, Any]:
    if error.reason == "too_large":
        return _over(row, MediaState.refused, error.reason)
    now = deps.clock.now()
    if error.permanent or now - row.received_at >= KEPT:
        return _over(row, MediaState.failed, error.reason)
    pause = min(FIRST_PAUSE * 2 ** min(row.attempts, 12), LONGEST_PAUSE)
    log.warning("media %s: %s, again in %d s", row.uid, error.reason, pause.total_seconds())
    return {"reason": error.reason, "due_at": now + max(pause, timedelta(seconds=error.wait))}


def _over(row: Due, state: MediaState, reason: str) -> dict[str, Any]:
    log.warning("media %s: %s, %s", row.uid, state.value, reason)
    return {"state": state, "reason": reason}


def _change(row: Due, values: dict[str, Any]) -> sa.Update:
    return sa.update(Media).where(col(Media.id) == row.id, col(Media.state) == MediaState.waiting).values(**values)


async def _settle(deps: Deps, row: Due, values: dict[str, Any]) -> None:
    async with deps.begin() as session:
        await session.execute(_change(row, values))
        if values.get("state") is MediaState.kept:
            await of_a_task(session, Shot(row.uid, values["mime"], values["size"], values["sha256"]))
        if row.kind == AUDIO and values.get("state") is not None:
            await fetched(session, deps, row.id, values["state"])
        if values.get("state") is MediaState.refused and row.kind != AUDIO:
            inbound_id = await session.scalar(sa.select(col(Media.inbound_id)).where(col(Media.id) == row.id))
            now, reason = deps.clock.now(), values["reason"]
            await refused(session, deps.settings, deps.vault, inbound_id or 0, row.kind, reason, at=now)
