"""Whoever a task was given to, alone, reads its page and writes on it."""

from collections.abc import Collection
from typing import Any

from aiohttp import web
from sqlalchemy.ext.asyncio import AsyncSession

from broadcasts.dispatch.states import Road
from handlers.h5.hints.upload import Sent
from handlers.h5.identity import Reader, reader
from handlers.h5.oauth import sign_in
from handlers.h5.page import page


async def theirs(request: web.Request, session: AsyncSession, road: Road, people: Collection[int | None]) -> Reader:
    """On the road by which they were told. Raises 404 for everybody else."""
    who = await reader(request, session, road)
    if who is None:
        raise sign_in(request, road=road)
    if who.person is None or who.person.id not in people:
        raise web.HTTPNotFound
    return who


async def answered(
    request: web.Request, template: str, came: Sent | None, *, status: int, **facts: Any
) -> web.StreamResponse:
    """The page, after what came with a form; where that was not read to its end, the last on this connection."""
    answer = await page(request, template, status=status, **facts)
    if came is not None and came.cut:
        answer.force_close()
    return answer
