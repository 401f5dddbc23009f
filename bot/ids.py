"""Identifiers that others see: UUIDv7, so that they sort by birth and tell nothing else."""

import secrets
import uuid
from datetime import datetime


def uuid7(at: datetime) -> str:
    """A UUID version 7 (RFC 9562) of the given moment, as text."""
    millis = int(at.timestamp() * 1000) & ((1 << 48) - 1)
    value = (millis << 80) | (0x7 << 76) | (secrets.randbits(12) << 64) | (0b10 << 62) | secrets.randbits(62)
    return str(uuid.UUID(int=value))


def earliest(at: datetime) -> str:
    """No UUID version 7 of that moment or later sorts before this."""
    return str(uuid.UUID(int=int(at.timestamp() * 1000) << 80))
