"""The code that names a message's page: read aloud on the telephone, typed in, not guessed, and nobody else's: what is
drawn twice the index refuses, and whoever wrote it writes again."""

import secrets
from collections.abc import Callable

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from broadcasts.dispatch.models import CODED, Broadcast

LETTERS = "ABCDEFGHJKMNPQRSTUVWXYZ"  # without I, L and O, which look like others
LENGTH = 8
KNOWN = sa.select(col(Broadcast.id)).where(col(Broadcast.code) == sa.bindparam("drawn"), CODED)


def drawn() -> str:
    return "".join(secrets.choice(LETTERS) for _ in range(LENGTH))


async def page_code(session: AsyncSession, draw: Callable[[], str] = drawn) -> str:
    """A code that no broadcast has. Should another transaction draw the same at this moment, the index refuses the
    second, and whoever owns it (the inbox, a tick, a caller) does it again."""
    while True:
        code = draw()
        if await session.scalar(KNOWN, {"drawn": code}) is None:
            return code
