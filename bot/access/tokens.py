"""Bearer tokens of machines: shown once, kept as a digest."""

import hashlib
import secrets
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from bot.access.models import Scope, Token
from bot.record.entries import record

PREFIX = "st_"


async def add_token(session: AsyncSession, name: str, scope: Scope, *, by: str, at: datetime) -> str:
    """A new token; its text is returned and nowhere kept."""
    token = PREFIX + secrets.token_urlsafe(32)
    session.add(Token(name=name, scope=scope, digest=digest(token), created_at=at))
    record(session, by, "token.added", f"token:{name}", at, scope=scope.value)
    return token


async def find(session: AsyncSession, token: str) -> Token | None:
    """The token's row, unless it was revoked."""
    wanted = select(Token).where(col(Token.digest) == digest(token), col(Token.revoked_at).is_(None))
    return (await session.execute(wanted)).scalar_one_or_none()


async def revoke(session: AsyncSession, token_id: int, *, by: str, at: datetime) -> bool:
    token = await session.get(Token, token_id)
    if token is None or token.revoked_at is not None:
        return False
    token.revoked_at = at
    session.add(token)
    record(session, by, "token.revoked", f"token:{token.name}", at)
    return True


def digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
