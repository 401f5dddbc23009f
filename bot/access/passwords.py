"""Passwords: argon2, in a thread, because one check takes a tenth of a second."""

import asyncio
import secrets

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

LEAST = 8  # characters
LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"  # none that is read for another
_hasher = PasswordHasher()
_NOBODY = _hasher.hash("nobody")  # checked for unknown names too, so that time tells nothing


async def hashed(password: str) -> str:
    return await asyncio.to_thread(_hasher.hash, password)


async def verified(kept: str | None, password: str) -> bool:
    """Whether the password fits. A missing hash takes as long as a wrong password."""
    return await asyncio.to_thread(_verified, kept, password)


def outdated(kept: str) -> bool:
    """Whether a hash was made with other parameters than today's."""
    return _hasher.check_needs_rehash(kept)


def one_time() -> str:
    """A password to be read aloud once, and changed at the first sign-in."""
    return "-".join("".join(secrets.choice(LETTERS) for _ in range(4)) for _ in range(3))


def _verified(kept: str | None, password: str) -> bool:
    try:
        return _hasher.verify(kept or _NOBODY, password) and kept is not None
    except (VerificationError, InvalidHashError):
        return False
