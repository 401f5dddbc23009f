"""A drill's sendings: by the same texts, queue and answers as a warning, to named participants only; and how they give
way when it is serious."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from bot.config import Settings
from bot.directory.tree import tree
from broadcasts.alerts.content import message
from broadcasts.alerts.models import Alert, Kind, Status
from broadcasts.audience.places import hit
from broadcasts.audience.select import Target
from broadcasts.dispatch.alert import NO_END, alert_text, place, rank, tail
from broadcasts.dispatch.byhand import keepers
from broadcasts.dispatch.leftovers import close_leftovers
from broadcasts.dispatch.models import Batch, Broadcast
from broadcasts.dispatch.planning.merge import merged
from broadcasts.dispatch.planning.plan import plan
from broadcasts.dispatch.planning.write import Sending, asks_of, write
from broadcasts.dispatch.states import Mode, Purpose, Road
from broadcasts.dispatch.supersede import SAYS, supersede
from broadcasts.dispatch.texts.alert_forms import forms_of
from broadcasts.dispatch.texts.alert_text import headline
from broadcasts.dispatch.texts.drill_forms import marked_tail
from broadcasts.dispatch.texts.marks import Mismarked
from broadcasts.dispatch.texts.pages import page_code
from broadcasts.ladder.climb import climb
from broadcasts.ladder.close import over

LIVE = (Kind.signal, Kind.warning, Kind.local)


async def issue_drill(
    session: AsyncSession,
    settings: Settings,
    alert: Alert,
    targets: Sequence[Target],
    *,
    road: Road,
    again: bool,
    by: str,
    at: datetime,
) -> Broadcast:
    """Send a drill's message to these targets and to nobody else; who is woken is asked to answer. `again`: the silent
    are told once more, as in earnest. Raises Mismarked for what is no drill."""
    if alert.kind is not Kind.drill:
        raise Mismarked
    areas, code = await tree(session), await page_code(session)
    where = place(areas, hit(message(alert.content), areas))
    text = await alert_text(session, settings, alert, areas, where, at=at, code=code)
    text, plans = replace(text, purpose=Purpose.drill), []
    for asked in (False, True):
        mine = [t for t in targets if asks_of(Purpose.drill, t) is asked]
        said = replace(text, asked=asked)
        roads = text.roads.of(Purpose.drill)
        plans.append(plan(mine, said.write, lambda t: marked_tail(tail(areas, t, text.phones)), roads, forms_of(said)))
    due, ends = dict.fromkeys(Mode, at), alert.expires or at + NO_END
    sending = Sending(Purpose.drill, rank(alert), due, ends, alert.id, road=road, code=code, drill=True)
    made = merged(plans)
    broadcast = await write(session, made, sending, by=by, at=at)
    head = headline(alert, Purpose.first, None, where)
    await keepers.ask(session, settings, broadcast, made, sending, at, head)
    alert.status = Status.issued
    if again:
        await climb(session, settings, broadcast, alert, at)
    return broadcast


async def call_off(session: AsyncSession, alerts: Collection[Alert], *, reason: str, by: str, at: datetime) -> int:
    """These drill messages are over: what is queued is let go, nobody is told again, and a late answer does not count.
    How many batches were let go."""
    mine = [alert for alert in alerts if alert.kind is Kind.drill and alert.status is Status.issued]
    for alert in mine:
        alert.status, alert.ended_at, alert.note = Status.ended, at, reason
        session.add(alert)
    ids = [alert.id for alert in mine]
    gone = await supersede(session, ids, at=at, by=by, reason=reason)
    await over(session, ids, reason=reason, at=at)
    await close_leftovers(session, ids, at=at)
    return gone


async def call_off_late(session: AsyncSession, at: datetime) -> int:
    """What was being sent when its drill was paused or ended, and came back to the queue since. How many batches."""
    late = (
        sa.select(col(Alert.id), col(Alert.note))
        .join(Broadcast, col(Broadcast.alert_id) == col(Alert.id))
        .join(Batch, col(Batch.broadcast_id) == col(Broadcast.id))
        .where(
            sa.text("batch.state = 'queued'"), col(Broadcast.drill), SAYS, col(Alert.status) == Status.ended,
        )
        .distinct()
    )  # fmt: skip
    found = (await session.execute(late)).all()
    return sum([await supersede(session, [n], at=at, by="system", reason=note or "expired") for n, note in found])


async def in_earnest(session: AsyncSession, around: Collection[int], at: datetime) -> list[Alert]:
    """Warnings in force, no drills and no notices, that hit one of the areas `around` or lie in one."""
    areas = await tree(session)
    reach = {n.id for area in around for n in (*areas.up(area), *areas.below(area))}
    wanted = select(Alert).where(
        col(Alert.status) == Status.issued,
        col(Alert.kind).in_(LIVE),
        col(Alert.msg_type) != "Cancel",
        sa.or_(col(Alert.expires).is_(None), col(Alert.expires) > at),
    )
    rows = (await session.execute(wanted.order_by(col(Alert.id)))).scalars().all()
    return [alert for alert in rows if hit(message(alert.content), areas).areas & reach]
