"""What verify-audit recomputes of alerts: that each still says what it said when it was taken."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from bot.record.models import Entry
from bot.record.values import content_digest
from broadcasts.alerts.models import Alert

ACTIONS = frozenset({"alert.taken"})


def alert_digest(content: dict[str, Any]) -> str:
    return content_digest(json.dumps(content, sort_keys=True, ensure_ascii=False))


async def digests(session: AsyncSession, entries: Sequence[Entry]) -> Mapping[int, str | None]:
    """By entry: the alert's digest now, None where the alert is gone."""
    uids = [entry.subject for entry in entries]
    rows = await session.execute(select(Alert.uid, Alert.content).where(col(Alert.uid).in_(uids)))
    present = {uid: alert_digest(content) for uid, content in rows}
    return {entry.id: present.get(entry.subject) for entry in entries}
