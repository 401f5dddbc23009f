"""A signed-in browser: a random cookie, of which only the digest is kept."""

import hashlib
import hmac
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from bot.access.models import User, WebSession

COOKIE = "signaltree"
IDLE = timedelta(hours=12)
LONGEST = timedelta(days=7)
SEEN_EVERY = timedelta(minutes=5)  # how often a look is written down


@dataclass(frozen=True)
class Opened:
    """`cookie` goes to the browser, `csrf` into its forms."""

    cookie: str
    csrf: str


async def sign_in(session: AsyncSession, user: User, at: datetime) -> Opened:
    """A new session; the browser's old one, if any, is ended by the caller."""
    opened = Opened(secrets.token_urlsafe(32), secrets.token_urlsafe(32))
    session.add(WebSession(digest=digest(opened.cookie), user_id=user.id, csrf=opened.csrf, created_at=at, seen_at=at))
    return opened


async def current(session: AsyncSession, cookie: str, at: datetime) -> tuple[WebSession, User] | None:
    """The session of a cookie with its user, unless it is over or the user may no longer sign in."""
    kept = await session.get(WebSession, digest(cookie))
    if kept is None or at - kept.seen_at > IDLE or at - kept.created_at > LONGEST:
        return None
    user = await session.get(User, kept.user_id)
    return (kept, user) if user is not None and user.disabled_at is None else None


async def seen(session: AsyncSession, cookie: str, at: datetime) -> None:
    """Note that the session lives."""
    await session.execute(sa.update(WebSession).where(col(WebSession.digest) == digest(cookie)).values(seen_at=at))


async def sign_out(session: AsyncSession, cookie: str) -> None:
    await session.execute(sa.delete(WebSession).where(col(WebSession.digest) == digest(cookie)))


def masked(csrf: str) -> str:
    """As it stands in the forms of one page, another each time: what is compressed together with words that somebody
    else has chosen gives away by its length what it has in common with them, if it stays the same (BREACH)."""
    pad, kept = secrets.token_bytes(len(csrf)), csrf.encode()
    return urlsafe_b64encode(pad + _xor(pad, kept)).decode()


def fits(csrf: str, sent: str) -> bool:
    """Whether this is what a page of the session had in its forms."""
    try:
        raw = urlsafe_b64decode(sent.encode())
    except ValueError:
        return False
    pad, hidden = raw[: len(csrf)], raw[len(csrf) :]
    return len(pad) == len(hidden) and hmac.compare_digest(_xor(pad, hidden), csrf.encode())


def _xor(one: bytes, other: bytes) -> bytes:
    return bytes(a ^ b for a, b in zip(one, other, strict=True))


def digest(cookie: str) -> str:
    return hashlib.sha256(cookie.encode()).hexdigest()
