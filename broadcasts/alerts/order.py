"""Which of two messages of one thread was said first: what is older never takes the place of what is newer."""

import sys
from collections.abc import Iterable
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from broadcasts.alerts import queries
from broadcasts.alerts.models import Alert, Status


def said(alert: Alert) -> tuple[datetime, int]:
    """When it was said. What claims to be said after it came is of a clock that runs ahead, and would make all that
    follows old. What has no row yet is the newest of its moment."""
    return min(alert.sent, alert.received_at), alert.id or sys.maxsize


def gives_way(alert: Alert, found: Iterable[Alert]) -> list[Alert]:
    """Of what is in force in its thread, what `alert` takes the place of: what was said before it, and what it names,
    whatever the clocks say."""
    named = {one["identifier"] for one in alert.content.get("references") or ()}
    others = [old for old in found if old is not alert and (alert.id is None or old.id != alert.id)]
    return [old for old in others if said(old) < said(alert) or old.identifier in named]


async def replaced(session: AsyncSession, alert: Alert) -> list[Alert]:
    """What is replaced when a person lets `alert` out. An all-clear ends whatever went out: the person has asked."""
    found = await queries.in_force(session, [alert.thread])
    older = gives_way(alert, found)
    if alert.msg_type != "Cancel":
        return older
    return [old for old in found if old.id != alert.id and (old in older or old.status is Status.issued)]
