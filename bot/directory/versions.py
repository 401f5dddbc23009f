"""What is read from the directory again and again, kept in memory under the token that the database draws anew with
every change of it (migration 0021). Whoever asks gets the state that its own session sees; nobody changes what others
read too."""

from collections import OrderedDict
from collections.abc import Awaitable, Callable
from typing import Generic, TypeVar

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from bot.directory.models import DirectoryVersion

AREAS, HEARERS = "areas", "hearers"
TOKEN = sa.select(col(DirectoryVersion.token)).where(col(DirectoryVersion.name) == sa.bindparam("called"))
KEPT = 2  # states: the present one, and that which a transaction is making
State = TypeVar("State")


class Kept(Generic[State]):
    """States of one part of the directory by their tokens, which no two databases share."""

    def __init__(self, name: str, read: Callable[[AsyncSession], Awaitable[State]]) -> None:
        self._name, self._read = name, read
        self._known: OrderedDict[str, State] = OrderedDict()

    async def get(self, session: AsyncSession) -> State:
        """One small query where it is known. The token is asked for first: what changes meanwhile has another, and is
        read by the next who asks. Where the database draws none, it is read each time."""
        token = await session.scalar(TOKEN, {"called": self._name})
        if token is not None and token in self._known:
            self._known.move_to_end(token)
            return self._known[token]
        state = await self._read(session)
        if token:
            self._known[token] = state
            while len(self._known) > KEPT:
                self._known.popitem(last=False)
        return state
