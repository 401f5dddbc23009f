"""One callback on its way to its rows, and what became of it."""

from datetime import datetime
from enum import StrEnum
from typing import NamedTuple


class Kept(StrEnum):
    """What became of one callback."""

    new = "new"
    known = "known"  # the platform's own repeat, or the same word by another request: no second effect
    refused = "refused"  # the nonce was used by another body


class Attached(NamedTuple):
    """A picture or a recording to be fetched."""

    uid: str
    kind: str
    media_id: str
    words: str


class Arrival(NamedTuple):
    """One callback, as the rows want it. `nonce` and `digest` say which request it was, `key` which word."""

    nonce: str
    digest: str
    key: str
    road: str
    platform: str
    sender: str
    kind: str
    event: str
    body: str  # JSON
    said_at: datetime
    received_at: datetime
    attached: Attached | None = None
