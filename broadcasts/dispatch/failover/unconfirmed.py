"""A warning to a customers' group stands nowhere before a member has confirmed it. Of what is not urgent it is that
group's only road: unconfirmed for too long, or given up at the platform, it falls to the next, at last to a person."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from bot.config import Settings
from bot.deps import Deps
from bot.sweeps.each import each
from broadcasts.alerts.models import Alert, Status
from broadcasts.audience.select import CUSTOMER
from broadcasts.customers.models import GroupTask
from broadcasts.customers.tasks import KEPT
from broadcasts.dispatch.alert import RANKS
from broadcasts.dispatch.failover.models import FailoverRule
from broadcasts.dispatch.failover.passed import pass_on
from broadcasts.dispatch.failover.rules import About, rule_for
from broadcasts.dispatch.failover.scopes import FIRST, WARNING
from broadcasts.dispatch.failover.stuck import MOST, Stuck
from broadcasts.dispatch.failover.targets import NoWindows
from broadcasts.dispatch.failover.wording import saying
from broadcasts.dispatch.models import Batch, Broadcast, Delivery, Recall
from broadcasts.dispatch.states import Road, State
from broadcasts.hazards.grades import Grade

GIVEN_UP = ("unconfirmed", "cancelled")  # at the platform: by time, or by the member
CAUSE = "unconfirmed"
LATELY = 2 * KEPT


def patience(rules: Iterable[FailoverRule], grade: Grade | None, day: date) -> timedelta | None:
    """After how long nobody waits for the confirmation any more; None where no row says so. Of red and orange, which
    have left by another road beside it, only a row that names them does."""
    mine = [rule for rule in rules if rule.grade or grade not in RANKS]
    rule = rule_for(mine, grade, day, About.confirm)
    return None if rule is None else timedelta(seconds=rule.after_seconds)


async def sweep_due(deps: Deps, at: datetime) -> int:
    """How many copies got another road if there was one."""
    async with deps.read() as session:
        due = await _due(session, deps.settings, at)
    return await each(deps, "dispatch.unconfirmed", due, partial(_look_at, settings=deps.settings, at=at), at)


async def _due(session: AsyncSession, settings: Settings, at: datetime) -> list[str]:
    """Sendings of alerts in force with such copies."""
    rules = (await session.execute(select(FailoverRule))).scalars().all()
    columns = (col(Broadcast.id), col(Alert.grade), col(GroupTask.made_at), _given_up())
    rows = await session.execute(_wanted(at, *columns).order_by(col(Broadcast.id)))
    day = at.astimezone(settings.zone).date()
    waits = [(one, patience(rules, grade, day), made, over) for one, grade, made, over in rows]
    return [*dict.fromkeys(one for one, longest, made, over in waits if longest and (over or made + longest <= at))]


async def _look_at(session: AsyncSession, broadcast_id: str, *, settings: Settings, at: datetime) -> int:
    broadcast = await session.get(Broadcast, broadcast_id, with_for_update=True)
    alert = await session.get(Alert, broadcast.alert_id) if broadcast and broadcast.alert_id else None
    if broadcast is None or alert is None:
        return 0
    rules = (await session.execute(select(FailoverRule))).scalars().all()
    longest = patience(rules, alert.grade, at.astimezone(settings.zone).date())
    if longest is None:
        return 0
    columns: list[Any] = [
        *(Delivery.id, Delivery.target_kind, Delivery.target_id, Delivery.town_id, Delivery.address, Delivery.purpose),
        *(Delivery.ordinal, Batch.wake, Batch.rank, Batch.expires_at, Batch.text_id, Batch.tail),
        sa.case((_given_up(), col(Delivery.reason)), else_=sa.literal(CAUSE)),
    ]
    mine = _wanted(at, *columns).where(
        col(Broadcast.id) == broadcast_id, sa.or_(_given_up(), col(GroupTask.made_at) <= at - longest)
    )
    found = [Stuck(*row) for row in await session.execute(mine.order_by(col(Delivery.id)).limit(MOST))]
    if found:
        said = await saying(session, settings, broadcast, alert, at)
        await pass_on(session, settings, broadcast, said, WARNING, found, {CUSTOMER}, NoWindows(), at)
    return len(found)


def _wanted(at: datetime, *columns: Any) -> sa.Select[Any]:
    """Copies that nobody confirmed, of live alerts in force, for which no other road was looked for yet."""
    open_ = (
        col(Delivery.state).is_(None)
        & (col(Batch.state) == State.sent)
        & col(GroupTask.confirmed_at).is_(None)
        & col(GroupTask.closed_at).is_(None)
    )
    return (
        sa.select(*columns)
        .select_from(GroupTask)
        .join(Batch, col(Batch.id) == col(GroupTask.batch_id))
        .join(Delivery, col(Delivery.batch_id) == col(Batch.id))
        .join(Broadcast, col(Broadcast.id) == col(Batch.broadcast_id))
        .join(Alert, col(Alert.id) == col(Broadcast.alert_id))
        .where(
            col(GroupTask.made_at) > at - LATELY,
            col(Delivery.channel) == CUSTOMER,
            col(Delivery.target_kind) == "group",
            col(Delivery.passed_at).is_(None),
            col(Broadcast.subject) == "",
            col(Broadcast.drill).is_(False),
            col(Broadcast.road) == Road.live,
            col(Broadcast.purpose).in_(FIRST),
            col(Alert.status) == Status.issued,
            sa.or_(col(Alert.expires).is_(None), col(Alert.expires) > at),
            ~sa.exists().where(col(Recall.broadcast_id) == col(Broadcast.id)),
            sa.or_(open_, _given_up()),
        )
    )


def _given_up() -> sa.ColumnElement[bool]:
    return (col(Delivery.state) == State.failed) & col(Delivery.reason).in_(GIVEN_UP)
