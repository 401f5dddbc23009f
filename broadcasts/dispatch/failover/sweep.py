"""Every two seconds: which broadcasts have copies that need another road, and what another road has made needless."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from bot.config import Settings
from bot.deps import Deps
from bot.directory.sets import parts
from bot.sweeps.each import each, paused
from broadcasts.alerts.models import Alert, Status
from broadcasts.dispatch.failover.candidates import hanging, others, spent, warnings
from broadcasts.dispatch.failover.models import FailoverRule
from broadcasts.dispatch.failover.passed import pass_on
from broadcasts.dispatch.failover.rules import About, rule_for
from broadcasts.dispatch.failover.scopes import Scope, scopes
from broadcasts.dispatch.failover.spared import served, spare
from broadcasts.dispatch.failover.stuck import MOST, stuck
from broadcasts.dispatch.failover.targets import NoWindows, ReplyWindows
from broadcasts.dispatch.failover.troubles import Troubles, troubles
from broadcasts.dispatch.failover.wording import saying
from broadcasts.dispatch.models import Broadcast
from broadcasts.dispatch.states import Road
from broadcasts.hazards.grades import Grade

Ruled = list[tuple[Scope, FailoverRule]]
NOBODY = NoWindows()
SWEEP = "dispatch.failover"


class Part(NamedTuple):
    """What of a broadcast is passed on by itself: a rung that breaks holds up no warning."""

    broadcast_id: str
    about: About

    def __str__(self) -> str:
        return f"{self.broadcast_id} {self.about}".rstrip()


async def sweep_due(deps: Deps, at: datetime, windows: ReplyWindows = NOBODY) -> int:
    """How many copies were let go, or got another road if there was one."""
    async with deps.read() as session:
        rows = [*await warnings(session, at), *await others(session, at)]
        if not rows:
            return 0
        rules, day = await _rules(session), at.astimezone(deps.settings.zone).date()
        found = [(row, mine) for row in rows if (mine := _ruled(rules, row, row.grade, day))]
        seen = await _seen(session, found, at)
        waiting = await spent(session) | await hanging(session, at)
        needless = await _needless(session, [row.id for row, _ in found if row.passed and row.queued])
    due = [
        (row, mine)
        for row, mine in found
        if row.failed != row.failed_seen or (row.waits and _waits_too_long(row, mine, waiting, seen, at))
    ]
    done = await each(deps, "dispatch.spared", needless, partial(spare, at=at), at)
    more = [Part(row.id, scope.about) for row, mine in due for scope, _ in mine]
    one = partial(_look_at, settings=deps.settings, rules=rules, seen=seen, windows=windows, at=at)
    while more:
        full: list[Part] = []
        done += await each(deps, SWEEP, more, partial(one, full=full), at)
        more = full
    await _seen_by_all(deps, due, at)
    return done


async def _seen_by_all(deps: Deps, due: Iterable[tuple[Any, Ruled]], at: datetime) -> None:
    """What has failed is looked at no more where every part of the broadcast went through."""
    news = [(row, mine) for row, mine in due if row.failed != row.failed_seen]
    if not news:
        return
    async with deps.begin() as session:
        broken = await paused(session, SWEEP)
        for row, mine in news:
            if not any(str(Part(row.id, scope.about)) in broken for scope, _ in mine):
                seen = sa.update(Broadcast).where(col(Broadcast.id) == row.id).values(failed_seen=row.failed)
                await session.execute(seen)


async def _needless(session: AsyncSession, passed: Sequence[str]) -> list[str]:
    """While a road is down there are hundreds that wait for it, each with another copy on its way: which of them have
    arrived is asked at once."""
    return sorted({row.broadcast_id for part in parts(passed) for row in await served(session, part)})


def _waits_too_long(
    row: Any, mine: Ruled, waiting: Collection[str], seen: Mapping[Road, Troubles], at: datetime
) -> bool:
    """Whether anything of it may leave its road. What only its own failure sends on waits as long as it has to."""
    rules = [rule for scope, rule in mine if not scope.only]
    left = row.queued and any(seen[row.road].left(rule, at) for rule in rules)
    return bool(rules) and (row.id in waiting or left)


def _ruled(rules: Sequence[FailoverRule], row: Any, grade: Grade | None, day: date) -> Ruled:
    """What of a broadcast follows which row, where there is one."""
    mine = (
        (scope, rule_for(rules, grade, day, scope.about)) for scope in scopes(row.purpose, row.subject, drill=row.drill)
    )
    return [(scope, rule) for scope, rule in mine if rule is not None]


async def _seen(session: AsyncSession, found: Iterable[tuple[Any, Ruled]], at: datetime) -> Mapping[Road, Troubles]:
    """By road; how long calls take is asked only where somebody cares."""
    slow: dict[Road, bool] = {}
    for row, mine in found:
        asks = bool(row.queued) and any(rule.slow_seconds is not None for _, rule in mine)
        slow[row.road] = slow.get(row.road, False) or asks
    return {road: await troubles(session, at, slow=asks, road=road) for road, asks in slow.items()}


async def _look_at(
    session: AsyncSession, part: Part, *, settings: Settings, rules: Sequence[FailoverRule],
    seen: Mapping[Road, Troubles], windows: ReplyWindows, full: list[Part], at: datetime,
) -> int:  # fmt: skip
    """`full` gets the part of which there is more than fits into one transaction."""
    broadcast = await session.get(Broadcast, part.broadcast_id, with_for_update=True)
    if broadcast is None:
        return 0
    alert = await session.get(Alert, broadcast.alert_id) if broadcast.alert_id else None
    if not broadcast.subject and (alert is None or alert.status is not Status.issued):
        return 0
    day = at.astimezone(settings.zone).date()
    ruled = _ruled(rules, broadcast, alert.grade if alert else None, day)
    scope, rule = next(((scope, rule) for scope, rule in ruled if scope.about is part.about), (None, None))
    if scope is None or rule is None:
        return 0
    left = seen[broadcast.road].left(rule, at)
    found = await stuck(session, broadcast, scope, left, timedelta(seconds=rule.after_seconds), at)
    if found:
        said = await saying(session, settings, broadcast, alert, at)
        await pass_on(session, settings, broadcast, said, scope, found, left, windows, at)
    if len(found) >= MOST:
        full.append(part)
    return len(found)


async def _rules(session: AsyncSession) -> Sequence[FailoverRule]:
    return (await session.execute(select(FailoverRule))).scalars().all()
