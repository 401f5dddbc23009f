"""One after the other, in what must not be done twice at once: looked for, and written where it is not there yet."""

import hashlib

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from bot.errors import Conflict

TAKEN = "23505"  # PostgreSQL's word for a unique key that is taken


class Doubled(Conflict):
    """没有办成：刚刚有人同时办了同一件事。请刷新，看现在的样子。"""


async def turn(session: AsyncSession, matter: str) -> None:
    """Wait until nobody else is at this matter; what they wrote is seen by what we look for afterwards. It is ours
    until the transaction ends."""
    if not alone(session):
        number = int.from_bytes(hashlib.sha256(matter.encode()).digest()[:8], "big", signed=True)
        await session.execute(sa.select(sa.func.pg_advisory_xact_lock(number)))


def alone(session: AsyncSession) -> bool:
    """Whether a writing transaction is the only one anyhow, as on SQLite."""
    return session.get_bind().dialect.name != "postgresql"


def doubled(error: BaseException) -> bool:
    """Whether somebody else has written the same key meanwhile: for an entry point, which then says so."""
    if not isinstance(error, IntegrityError):
        return False
    return getattr(error.orig, "sqlstate", "") == TAKEN or "UNIQUE constraint failed" in str(error.orig)
