"""Recordings are recognised after they are kept, a few at a time, and never while a platform waits for its answer. What
is due is a row, so that a restart only puts it off; what is not understood is a person's to listen to, as ever."""

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from typing import Any, NamedTuple

import sqlalchemy as sa
from aiohttp import web
from sqlmodel import col

from bot.channels.contract import SendError
from bot.deps import DEPS, Deps
from bot.wechat.http import Calls
from broadcasts.dispatch.states import Road
from handlers.chat.conversations.language import spoken_by
from handlers.chat.spoken import misunderstood, recognised
from handlers.wechat.files import path_of
from handlers.wechat.models import Inbound, Media
from handlers.wechat.speech.models import Speech, SpeechState
from handlers.wechat.speech.recognise import Recognised, Recogniser, SpeechCommand, SpeechGateway
from handlers.wechat.tries import taken

log = logging.getLogger(__name__)
EVERY = 1.0  # seconds between two looks
AT_ONCE = 2
ROUND = 20
HOLD = timedelta(minutes=2)  # whoever has taken a row has so long before another may
TRIES = 2
PAUSE = timedelta(seconds=5)  # between them: somebody waits


class Due(NamedTuple):
    id: int
    attempts: int
    due_at: datetime
    uid: str
    mime: str
    road: Road
    inbound_id: int


async def speech_recognised(app: web.Application) -> AsyncIterator[None]:
    """A cleanup context: recognise while the application runs, where the county has set something up for it."""
    deps = app[DEPS]
    if not deps.settings.has_speech:
        yield
        return
    async with Calls(timeout=deps.settings.speech_seconds, connections=AT_ONCE, by_hand=False) as calls:
        task = asyncio.create_task(_listen(deps, recogniser(deps, calls)))
        yield
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task


def recogniser(deps: Deps, calls: Calls) -> Recogniser:
    if deps.settings.speech_command:
        return SpeechCommand(deps.settings)
    return SpeechGateway(calls, deps.vault, deps.clock, deps.settings)


async def _listen(deps: Deps, ear: Recogniser) -> None:
    while True:
        try:
            more = await listen_due(deps, ear) == ROUND
        except Exception:
            log.exception("looking for recordings to recognise")
            more = False
        if not more:
            await deps.clock.sleep(EVERY)


async def listen_due(deps: Deps, ear: Recogniser) -> int:
    """Recognise what is due, a round at most. How many recordings were tried."""
    due = await _due(deps)
    free = asyncio.Semaphore(AT_ONCE)

    async def one(row: Due) -> None:
        async with free:
            if await taken(deps, Speech, row.id, row.due_at, HOLD):
                heard = await _heard(deps, ear, row)
                try:
                    await _settled(deps, row, heard)
                except Exception:
                    log.exception("what recording %s says", row.uid)
                    if row.attempts + 1 >= TRIES:
                        await _settled(deps, row, SendError("bug", permanent=True))

    await asyncio.gather(*(one(row) for row in due))
    return len(due)


async def _due(deps: Deps) -> list[Due]:
    s, m = Speech, Media
    columns: list[Any] = [
        col(s.id), col(s.attempts), col(s.due_at), col(m.uid), col(m.mime), col(Inbound.road), col(m.inbound_id),
    ]  # fmt: skip
    wanted = (
        sa.select(*columns)
        .join(Media, col(m.id) == col(s.media_id))
        .join(Inbound, col(Inbound.id) == col(m.inbound_id))
        .where(sa.text("speech.state = 'waiting'"), col(s.due_at) <= deps.clock.now())
        .order_by(col(s.due_at), col(s.id))
        .limit(ROUND)
    )
    async with deps.read() as session:
        return [Due(*row) for row in await session.execute(wanted)]


async def _heard(deps: Deps, ear: Recogniser, row: Due) -> Recognised | SendError:
    """What it says, or why nobody knows."""
    try:
        audio = await asyncio.to_thread(path_of(deps.settings, row.uid).read_bytes)
        async with deps.read() as session:
            language = await spoken_by(session, row.inbound_id)
        return await ear.recognise(row.road, row.uid, row.mime, language, audio)
    except SendError as error:
        return error
    except Exception:
        log.exception("recording %s", row.uid)
        return SendError("bug", permanent=True)


async def _settled(deps: Deps, row: Due, heard: Recognised | SendError) -> None:
    """In one transaction with all that follows from the words."""
    now = deps.clock.now()
    async with deps.begin() as session:
        speech = await session.get_one(Speech, row.id)
        if speech.state is not SpeechState.waiting:
            return
        if isinstance(heard, SendError) and not heard.permanent and speech.attempts < TRIES:
            speech.due_at, speech.reason = now + PAUSE, heard.reason
            return
        speech.done_at = now
        if isinstance(heard, SendError):
            log.warning("recording %s is not recognised: %s", row.uid, heard.reason)
            speech.state, speech.reason = SpeechState.failed, heard.reason
            await misunderstood(session, deps, row.inbound_id, "", at=now)
            return
        speech.words, speech.confidence, speech.reason = heard.text, heard.confidence, ""
        sure = bool(heard.text) and heard.confidence >= deps.settings.speech_confidence
        if sure:
            sure = await recognised(session, deps, speech.media_id, heard.text, at=now)
        else:
            await misunderstood(session, deps, row.inbound_id, heard.text, at=now)
        speech.state = SpeechState.heard if sure else SpeechState.unsure
