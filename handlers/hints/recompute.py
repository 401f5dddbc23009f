"""What verify-audit recomputes of hints: that each version still says what it said when it was recorded."""

import json
from collections.abc import Mapping, Sequence

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from bot.record.models import Entry
from bot.record.values import content_digest
from handlers.hints.models import Hint, HintVersion, State

ACTIONS = frozenset(f"hint.{state.value}" for state in State)


def hint_digest(words: str, comment: str, values: Mapping[str, object]) -> str:
    return content_digest(words, comment, json.dumps(values, ensure_ascii=False, sort_keys=True))


async def digests(session: AsyncSession, entries: Sequence[Entry]) -> Mapping[int, str | None]:
    """By entry: the version's digest now, None where it is gone."""
    v = HintVersion
    wanted = (
        sa.select(col(Hint.uid), col(v.number), col(v.words), col(v.comment), col(v.values))
        .join(Hint, col(Hint.id) == col(v.hint_id))
        .where(col(Hint.uid).in_({entry.subject for entry in entries}))
    )
    present = {(row[0], row[1]): hint_digest(row[2], row[3], row[4]) for row in await session.execute(wanted)}
    return {entry.id: present.get((entry.subject, entry.detail.get("version"))) for entry in entries}
