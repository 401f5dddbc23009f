"""Issuing an alert: its draft is written, and what it replaces is let go."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from bot.config import Settings
from bot.directory.tree import tree
from broadcasts.alerts.models import Alert, Kind, Status
from broadcasts.audience.choice import Choice
from broadcasts.audience.places import Hit
from broadcasts.dispatch.alert import NO_END, due_times, rank
from broadcasts.dispatch.byhand import forwarders, keepers
from broadcasts.dispatch.draft import Draft, draft
from broadcasts.dispatch.masses.following.owing import owe
from broadcasts.dispatch.models import Broadcast
from broadcasts.dispatch.planning.write import Sending, write
from broadcasts.dispatch.replaced import end_replaced
from broadcasts.dispatch.states import Purpose
from broadcasts.dispatch.texts.marks import Mismarked
from broadcasts.ladder.climb import climb


async def issue(
    session: AsyncSession,
    settings: Settings,
    alert: Alert,
    hit: Hit,
    *,
    by: str,
    at: datetime,
    replaces: Sequence[Alert] = (),
    choice: Choice | None = None,
    made: Draft | None = None,
) -> Broadcast:
    """Send `alert` to whoever the rules name in the areas it hits, and to all who were told what it replaces; by the
    draft `made` where this transaction has one already. A drill never comes here: raises Mismarked."""
    if Kind.drill in {alert.kind, *(old.kind for old in replaces)}:
        raise Mismarked
    made = made or await draft(session, settings, alert, hit, at=at, replaces=replaces, choice=choice)
    sending = Sending(
        made.purpose,
        rank(alert),
        due_times(settings, at),
        alert.expires or at + NO_END,
        alert.id,
        asks=",".join(made.asks)[:64],
        code=made.code,
    )
    broadcast = await write(session, made.plan, sending, by=by, at=at)
    await end_replaced(session, alert, replaces, cleared=made.purpose is Purpose.all_clear, by=by, at=at)
    areas = await tree(session)
    await forwarders.ask(session, settings, broadcast, made.plan, areas, sending, at)
    await keepers.ask(session, settings, broadcast, made.plan, sending, at, made.head)
    alert.status = Status.issued
    await climb(session, settings, broadcast, alert, at)
    await owe(session, broadcast, replaces, at)
    return broadcast
