"""The tick that keeps the counters fresh: what has changed is counted, without a lock, and written in one go."""

from datetime import datetime

from bot.deps import Deps
from bot.directory.tree import tree
from broadcasts.alerts.models import Alert
from broadcasts.coverage.count import count
from broadcasts.coverage.keep import changed, keep
from broadcasts.dispatch.models import Broadcast


async def count_due(deps: Deps, at: datetime) -> int:
    """Count every broadcast that has changed. How many; a change that comes meanwhile is found by the next run."""
    async with deps.read() as session:
        due = await changed(session, at)
        areas = await tree(session) if due else None
    for broadcast_id, mark in due.items():
        async with deps.read() as session:
            broadcast = await session.get(Broadcast, broadcast_id)
            alert = await session.get(Alert, broadcast.alert_id) if broadcast and broadcast.alert_id else None
            if areas is None or broadcast is None or alert is None:
                continue
            counted = await count(session, areas, broadcast, alert)
        async with deps.begin() as session:
            await keep(session, broadcast_id, mark, counted, at)
    return len(due)
