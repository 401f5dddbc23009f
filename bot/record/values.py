"""An entry of the record as plain values, for those who write it without an ORM."""

import hashlib
import json
import secrets
from datetime import datetime
from typing import Any, NamedTuple


class Made(NamedTuple):
    actor: str
    action: str
    subject: str
    at: datetime
    detail: dict[str, Any]
    digest: str


def made(actor: str, action: str, subject: str, at: datetime, detail: dict[str, Any]) -> Made:
    """A finished entry with its digest. A salt keeps short details from being guessed by their digest."""
    salted = {**detail, "salt": secrets.token_hex(8)}
    return Made(actor, action, subject, at, salted, digest(at, actor, action, subject, salted))


def digest(at: datetime, actor: str, action: str, subject: str, detail: dict[str, Any]) -> str:
    text = json.dumps(
        [at.timestamp(), actor, action, subject, detail], ensure_ascii=False, sort_keys=True, separators=(",", ":")
    )
    return hashlib.sha256(text.encode()).hexdigest()


def content_digest(*parts: bytes | str) -> str:
    """The digest of what an entry speaks of, to be recomputed by verify-audit."""
    joined = hashlib.sha256()
    for part in parts:
        data = part.encode() if isinstance(part, str) else part
        joined.update(len(data).to_bytes(8, "big") + data)
    return joined.hexdigest()
