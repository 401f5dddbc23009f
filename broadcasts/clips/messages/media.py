"""Keeping recordings with WeCom: each that may be needed is uploaded on every road that could need it, and again before
its three days are over. Nobody waits for it: a text leaves, and its recording follows when there is one."""

import asyncio
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from bot.channels.contract import SendError
from bot.config import Settings
from bot.deps import Deps
from bot.record.entries import record
from bot.wechat.media import LASTS, Uploads, uploads
from broadcasts.clips.files import voice_path
from broadcasts.clips.messages.whose import every_heard
from broadcasts.clips.models import Clip, ClipMedia
from broadcasts.dispatch.states import Road

log = logging.getLogger(__name__)
EARLY = timedelta(hours=12)  # before its end another is fetched
LEAST = timedelta(hours=1)  # that a name is still good when a message is planned: a message waits for minutes at most
PAUSE, LONGEST = timedelta(seconds=10), timedelta(minutes=30)  # until the next try, doubled each time
BY = "system"
UNSENT = "not_uploaded"


@dataclass(frozen=True)
class Lacking:
    road: Road
    clip: Clip
    tries: int


async def keep_due(deps: Deps, at: datetime) -> int:
    """How many were uploaded."""
    async with deps.glance() as session:
        due = await lacking(session, deps.settings, at)
    done = 0
    if due:
        async with uploads(deps.settings, deps.clock) as by_road:
            for one in due:
                done += await _upload(deps, one, by_road.get(one.road.value))
    return done


async def lacking(session: AsyncSession, settings: Settings, at: datetime) -> list[Lacking]:
    """What has no name, or one that ends soon, and is due for a try. What was recorded for drills is needed on both
    roads, the rest on the live one alone."""
    if not settings.has_application:
        return []
    clips = await every_heard(session)
    rows = await known(session) if clips else {}
    training = bool(settings.training_api_base)
    wanted = [(road, c) for c in clips for road in Road if road is Road.live or (c.drill and training)]
    found = [(road, c, rows.get((road, c.id))) for road, c in wanted]
    return [Lacking(road, c, row.tries if row else 0) for road, c, row in found if row is None or _due(row, at)]


def _due(row: ClipMedia, at: datetime) -> bool:
    over = row.until is None or row.until - EARLY <= at
    return over and (row.again_at is None or row.again_at <= at)


async def known(session: AsyncSession) -> dict[tuple[Road, int], ClipMedia]:
    """What WeCom has, or why not, by road and clip."""
    return {(row.road, row.clip_id): row for row in (await session.execute(select(ClipMedia))).scalars()}


async def _upload(deps: Deps, one: Lacking, road: Uploads | None) -> int:
    """Whatever breaks, the others go on."""
    try:
        await _hand_in(deps, one, road)
    except Exception as error:
        expected = isinstance(error, SendError | OSError)
        log.warning("recording %d is not uploaded: %s", one.clip.id, error, exc_info=None if expected else error)
        await _later(deps, one, error)
        return 0
    return 1


async def _hand_in(deps: Deps, one: Lacking, road: Uploads | None) -> None:
    """No transaction is open meanwhile."""
    if road is None:
        raise SendError("no_road")
    body = await asyncio.to_thread(voice_path(deps.settings, one.clip.uid).read_bytes)
    media_id = await road.voice(f"{one.clip.uid}.amr", body)
    at = deps.clock.now()
    async with deps.begin() as session:
        found = {"media_id": media_id, "until": at + LASTS, "reason": "", "tries": 0, "again_at": None}
        await _put(session, one, found)
        record(session, BY, "clip.uploaded", one.clip.uid, at, road=one.road.value, bytes=len(body))


async def _later(deps: Deps, one: Lacking, error: Exception) -> None:
    """What the platform refuses for good is tried again all the same, seldom: somebody may have mended it."""
    why = error.reason if isinstance(error, SendError) else "file" if isinstance(error, OSError) else "bug"
    least = timedelta(seconds=error.wait) if isinstance(error, SendError) else PAUSE
    final = isinstance(error, SendError) and error.permanent
    pause = LONGEST if final else max(least, min(PAUSE * 2 ** min(one.tries, 10), LONGEST))
    async with deps.begin() as session:
        await _put(session, one, {"reason": why[:24], "tries": one.tries + 1, "again_at": deps.clock.now() + pause})


async def _put(session: AsyncSession, one: Lacking, values: dict[str, Any]) -> None:
    row = await session.get(ClipMedia, (one.road, one.clip.id)) or ClipMedia(road=one.road, clip_id=one.clip.id)
    for name, value in values.items():
        setattr(row, name, value)
    session.add(row)


async def usable(session: AsyncSession, road: Road, at: datetime) -> Mapping[int, ClipMedia]:
    """By clip: what WeCom calls it now, for long enough."""
    mine = select(ClipMedia).where(col(ClipMedia.road) == road, col(ClipMedia.until) > at + LEAST)
    return {row.clip_id: row for row in (await session.execute(mine)).scalars()}


async def forget(session: AsyncSession, road: Road, clip_id: int, media_id: str) -> None:
    """WeCom no longer knows it, whatever we thought: it is uploaded again at once."""
    row = await session.get(ClipMedia, (road, clip_id))
    if row is not None and row.media_id == media_id:
        row.until, row.again_at, row.tries = None, None, 0
        session.add(row)


async def reason(session: AsyncSession, road: Road, clip_id: int) -> str:
    """Why there is none."""
    row = await session.get(ClipMedia, (road, clip_id))
    return (row.reason if row else "") or UNSENT
