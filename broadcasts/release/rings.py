"""Ringing for what waits: the officers at once and every three minutes, after three rings the leaders too;
for what is 特别重大 both at once. Each is rung for in a transaction of its own: one that breaks silences no other."""

from datetime import datetime, timedelta
from functools import partial
from typing import Protocol

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from bot.config import Settings
from bot.deps import Deps
from bot.directory.models import Person
from bot.directory.tree import Tree, tree
from bot.sweeps.each import each
from broadcasts.alerts.content import message
from broadcasts.alerts.models import Alert
from broadcasts.answers.models import Answer
from broadcasts.audience.places import hit
from broadcasts.audience.select import Target
from broadcasts.dispatch.masses.plan import may_alone
from broadcasts.dispatch.masses.waits import deciders
from broadcasts.dispatch.models import Broadcast
from broadcasts.dispatch.states import Purpose
from broadcasts.dispatch.tell import tell
from broadcasts.dispatch.texts.render import render
from broadcasts.dispatch.texts.spoken import spoken
from broadcasts.release.models import Hold
from broadcasts.release.typed import Typed, typed
from broadcasts.release.verdict import Reason

EVERY = timedelta(minutes=3)
ONCE = frozenset({"asked", "cannot", "idle", "not_sent", "twin"})  # once, then it stands on the board: no need yet
AT_ONCE = frozenset({"grave"})  # the leaders hear the first ring too
ALONE = 3  # rings that go to officers only
WORTH = timedelta(minutes=15)  # a ring that could not leave for so long is over: newer ones have followed


class OnDuty(Protocol):
    """Who is woken when something waits. The house above knows (see bot.wiring)."""

    async def to_wake(
        self, session: AsyncSession, *, leaders: bool, at: datetime, near: int | None = None
    ) -> list[Target]:
        """People with their addresses, also of the desk that is nearest to the area `near`; where none of them can be
        reached, the duty group."""
        ...


async def ring_due(deps: Deps, on_duty: OnDuty, at: datetime) -> int:
    """Ring for everything whose moment has come. How many rang."""
    wanted = select(Hold.id).where(_due(at), col(Hold.closed_at).is_(None)).order_by(col(Hold.id))
    async with deps.glance() as session:
        waiting = (await session.execute(wanted)).scalars().all()
        areas = await tree(session) if waiting else None
    one = partial(_ring_for, settings=deps.settings, on_duty=on_duty, areas=areas, at=at)
    return await each(deps, "release.ring", waiting, one, at)


def _due(at: datetime) -> sa.ColumnElement[bool]:
    """A ring that is further away than any is was put off by a clock that has been set back since."""
    return sa.or_(col(Hold.ring_at) <= at, col(Hold.ring_at) > at + 2 * EVERY)


async def _ring_for(
    session: AsyncSession, hold_id: int, *, settings: Settings, on_duty: OnDuty, areas: Tree | None, at: datetime
) -> int:
    mine = (col(Hold.id) == hold_id, _due(at), col(Hold.closed_at).is_(None))
    hold = (await session.execute(select(Hold).where(*mine).with_for_update())).scalar_one_or_none()
    if hold is None:
        return 0
    hold.rings += 1
    hold.ring_at = None if hold.reason in ONCE else at + EVERY
    session.add(hold)
    await _ring(session, settings, on_duty, areas, hold, at)
    return 1


async def _ring(
    session: AsyncSession, settings: Settings, on_duty: OnDuty, areas: Tree | None, hold: Hold, at: datetime
) -> Broadcast:
    alert = await session.get(Alert, hold.alert_id) if hold.alert_id else None
    by = await typed(session, alert)
    near = await _near(session, hold)
    leaders = hold.rings > ALONE or by.alone or hold.reason in AT_ONCE
    targets = await _whom(session, on_duty, hold, alert, at, leaders=leaders, near=near)
    return await tell(
        session,
        settings,
        targets,
        await _text(session, settings, hold, alert, by, at),
        purpose=Purpose.ring,
        subject=f"hold:{hold.uid}",
        at=at,
        worth=WORTH,
        alert_id=hold.alert_id,
        ordinal=hold.rings,
        areas=areas,
    )


async def _whom(
    session: AsyncSession, on_duty: OnDuty, hold: Hold, alert: Alert | None, at: datetime, *, leaders: bool,
    near: int | None,
) -> list[Target]:  # fmt: skip
    """The desk. Where a second person's word is waited for, whoever may give it; the desk too where one is enough,
    where none of them can be reached, or nobody came."""
    if hold.reason != Reason.mass or alert is None:
        return await on_duty.to_wake(session, leaders=leaders, at=at, near=near)
    areas = await tree(session)
    able = await deciders(session, areas, hit(message(alert.content), areas).areas, hold)
    if able and not leaders and not await may_alone(session, alert):
        return able
    found = {(one.kind, one.id): one for one in able}
    desk = await on_duty.to_wake(session, leaders=leaders, at=at, near=near)
    return [*(found | {(one.kind, one.id): one for one in desk}).values()]


async def _text(
    session: AsyncSession, settings: Settings, hold: Hold, alert: Alert | None, by: Typed, at: datetime
) -> str:
    asked = select(Broadcast.asks).where(col(Broadcast.alert_id) == hold.alert_id, col(Broadcast.asks) != "").limit(1)
    asks = await session.scalar(asked) if alert is not None else None
    return render(
        "ring.txt",
        reason=hold.reason,
        said=hold.said,
        colour=alert.grade.zh if alert and alert.grade else "",
        event=alert.event if alert else "",
        headline=alert.headline if alert else "",
        asks=(asks or "").split(","),
        typed_by="、".join(by.by),
        alone=by.alone,
        number=hold.rings,
        at=spoken(at, at, settings.zone),
        link=f"{settings.base_url}{_page(hold, alert)}" if settings.base_url else "",
    )


async def _near(session: AsyncSession, hold: Hold) -> int | None:
    """Where it is, or where who needs help stands: the town's desk telephones."""
    if hold.area_id is not None:
        return hold.area_id
    kind, _, name = hold.about.partition(":")
    if kind != "answer":
        return None
    wanted = select(Person.area_id).join(Answer, col(Answer.person_id) == col(Person.id)).where(col(Answer.uid) == name)
    return await session.scalar(wanted)


def _page(hold: Hold, alert: Alert | None) -> str:
    """Where it is dealt with: who is silent is telephoned from the call sheet."""
    if hold.reason in {Reason.silent, Reason.cannot, Reason.knock} and alert is not None:
        return f"/console/alerts/{alert.uid}/calls"
    if hold.reason == Reason.evacuation and alert is not None:
        return f"/console/alerts/{alert.uid}/evacuation"
    if hold.reason in {Reason.report, Reason.grave}:
        return f"/console/reports/{hold.about.partition(':')[2]}"
    if hold.reason == Reason.mass:
        return f"/console/broadcasts/{hold.about.partition(':')[2]}/mass"
    return f"/console/held/{hold.uid}"
