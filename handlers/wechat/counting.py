"""Every few seconds each web process writes down which of WeCom's base interfaces it has called, and how often."""

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator
from datetime import datetime, timedelta

import sqlalchemy as sa
from aiohttp import web
from sqlmodel import col

from bot.deps import DEPS, Deps
from bot.wechat.called import CALLED
from bot.wechat.models import InterfaceCall

log = logging.getLogger(__name__)
EVERY = 10.0  # seconds
CLOSING = 3.0  # … that the end waits for the database
KEPT = timedelta(hours=2)  # longer than the longest window


async def interfaces_counted(app: web.Application) -> AsyncIterator[None]:
    """A cleanup context."""
    task = asyncio.create_task(_count(app[DEPS]))
    yield
    task.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await task
    await _written(app[DEPS], CLOSING)


async def _count(deps: Deps) -> None:
    while True:
        await asyncio.sleep(EVERY)
        await _written(deps)


async def _written(deps: Deps, longest: float | None = None) -> None:
    try:
        async with asyncio.timeout(longest):
            await write_down(deps, deps.clock.now())
    except Exception:
        log.exception("counting calls of interfaces")


async def write_down(deps: Deps, at: datetime) -> None:
    """What was called since the last time; what is older than any window is forgotten. What cannot be written is
    counted with the next."""
    base = deps.settings.wecom_api_base
    called = CALLED.taken(base)
    if not called:
        return
    try:
        async with deps.begin() as session:
            session.add_all(InterfaceCall(interface=name[:64], at=at, calls=calls) for name, calls in called.items())
            await session.execute(sa.delete(InterfaceCall).where(col(InterfaceCall.at) < at - KEPT))
    except BaseException:
        CALLED.put_back(base, called)
        raise
