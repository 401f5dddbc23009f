"""What verify-audit recomputes of sendings: texts as they were planned, settled batches as they were sent."""

import hashlib
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from bot.record.models import Entry
from bot.record.values import content_digest
from broadcasts.dispatch.claims.contract import frozen_digest
from broadcasts.dispatch.models import Batch, Text

ISSUED = frozenset({"broadcast.issued", "broadcast.again", "broadcast.massed"})
SETTLED = frozenset({"batches.settled"})


def text_digest(parts: Sequence[str]) -> str:
    return hashlib.sha256("\x1e".join(parts).encode()).hexdigest()


def texts_digest(texts: Sequence[str]) -> str:
    """Of all texts of one broadcast, by their digests in the order of their ids."""
    return content_digest(*texts)


async def issued(session: AsyncSession, entries: Sequence[Entry]) -> Mapping[int, str | None]:
    """By entry: the digest of its texts as they stand now. An entry names its texts, since a broadcast may be told
    again with others; one that names none is older than that, and all of its broadcast's are its own."""
    ids = [entry.subject for entry in entries]
    wanted = sa.select(col(Text.id), col(Text.broadcast_id), col(Text.parts)).where(col(Text.broadcast_id).in_(ids))
    texts: defaultdict[str, dict[int, str]] = defaultdict(dict)
    for text_id, broadcast_id, parts in await session.execute(wanted.order_by(col(Text.id))):
        texts[broadcast_id][text_id] = text_digest(parts)
    return {entry.id: texts_digest(_named(entry, texts[entry.subject])) for entry in entries}


def _named(entry: Entry, present: Mapping[int, str]) -> list[str]:
    named: list[int] = entry.detail.get("texts", list(present))
    return [present.get(text_id, "") for text_id in named]


async def settled(session: AsyncSession, entries: Sequence[Entry]) -> Mapping[int, str | None]:
    """By entry: the digest of what its batches carry now; None where one is gone."""
    found: dict[int, str | None] = {}
    for entry in entries:
        runs: list[list[int]] = entry.detail["batches"]
        inside = sa.or_(*(col(Batch.id).between(first, last) for first, last in runs))
        columns = (Batch.id, Batch.text_id, Batch.tail, Batch.robot_id, Batch.members, Batch.audience)
        rows = (
            await session.execute(sa.select(*(col(c) for c in columns)).where(inside).order_by(col(Batch.id)))
        ).all()
        whole = sum(last - first + 1 for first, last in runs)
        found[entry.id] = frozen_digest([_carried(tuple(row)) for row in rows]) if len(rows) == whole else None
    return found


def _carried(row: tuple[Any, ...]) -> tuple[int, int, str, int | None, str | None]:
    """What a batch was sent with. A mass send's followers are named by their digest, in the tail's place."""
    number, text, tail, robot, members, audience = row
    return number, text, tail if audience is None else audience_digest(audience), robot, members


def audience_digest(audience: bytes) -> str:
    return hashlib.sha256(audience).hexdigest()
