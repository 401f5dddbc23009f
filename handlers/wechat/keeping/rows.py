"""What every database's statement writes of a callback, and what became of each."""

from collections.abc import Iterable, Mapping, Sequence

from handlers.wechat.keeping.arrival import Arrival, Kept
from handlers.wechat.models import MediaState, Work

INBOUND = "key, road, platform, sender, kind, event, body, said_at, received_at, state, attempts, error, intent"
MEDIA = "uid, kind, media_id, words, words_by, inbound_id, due_at, state, reason, mime, size, sha256, attempts"
REST = f"'{Work.waiting.value}', 0, '', ''"
MEDIA_REST = f"'{MediaState.waiting.value}', '', '', 0, '', 0"


def results(rows: Sequence[Arrival], bodies: Mapping[str, str], new: Iterable[str]) -> list[Kept]:
    """The first of several equal ones is the new one."""
    said, left = [], set(new)
    for row in rows:
        if bodies[row.nonce] != row.digest:
            said.append(Kept.refused)
        elif row.key in left:
            left.discard(row.key)
            said.append(Kept.new)
        else:
            said.append(Kept.known)
    return said
