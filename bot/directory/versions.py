"""What is read from the directory again and again, kept in memory under a token that differs after every change of it:
the database sees to that (migrations 0021, 0026). Whoever asks gets the state that its own session sees; nobody changes
what others read too."""

from collections import OrderedDict
from collections.abc import Awaitable, Callable
from typing import Any, Generic, TypeVar

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from bot.directory.models import DirectoryChange, DirectoryVersion

AREAS, HEARERS = "areas", "hearers"
IDS = col(DirectoryChange.id)
OF = col(DirectoryVersion.name) == sa.bindparam("called")
SUMS = (sa.func.count(IDS), sa.func.max(IDS), sa.func.sum(IDS), sa.func.sum(sa.cast(IDS, sa.BigInteger) * IDS))
SEEN = tuple(sa.select(what).scalar_subquery() for what in SUMS)  # together they say which rows a transaction sees
TOKENS = {  # what together is the token
    AREAS: sa.select(col(DirectoryVersion.token)).where(OF),
    HEARERS: sa.select(col(DirectoryVersion.token), *SEEN).where(OF),
}
TOLD_APART = 1000  # of the latest changes; to forget older ones costs each process one more reading
KEPT = 2  # states: the present one, and that which a transaction is making
State = TypeVar("State")


class Kept(Generic[State]):
    """States of one part of the directory by their tokens. A database that is another's copy counts as it did."""

    def __init__(self, name: str, read: Callable[[AsyncSession], Awaitable[State]]) -> None:
        self._name, self._read = name, read
        self._known: OrderedDict[tuple[Any, ...], State] = OrderedDict()

    async def get(self, session: AsyncSession) -> State:
        """One small query where it is known. The token is asked for first: what changes meanwhile has another, and is
        read by the next who asks."""
        row = (await session.execute(TOKENS[self._name], {"called": self._name})).one_or_none()
        token = row and (session.get_bind().engine.url.database, *row)
        if token is not None and token in self._known:
            self._known.move_to_end(token)
            return self._known[token]
        state = await self._read(session)
        if token is not None:
            self._known[token] = state
            while len(self._known) > KEPT:
                self._known.popitem(last=False)
        return state


async def forget(session: AsyncSession) -> None:
    """The rows of changes long ago."""
    newest = await session.scalar(sa.select(sa.func.max(IDS)))
    if newest is not None:
        await session.execute(sa.delete(DirectoryChange).where(col(DirectoryChange.id) <= newest - TOLD_APART))
