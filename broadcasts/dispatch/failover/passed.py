"""A new copy by the target's next open road, within the same broadcast and for the same purpose; once by each road."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from bot.config import Settings
from bot.directory.models import Group, Person
from bot.directory.queries import Circle, Hearer, groups, people
from bot.directory.sets import filled, parts
from bot.directory.tree import Tree, tree
from bot.record.entries import record
from broadcasts.alerts.content import message
from broadcasts.alerts.models import Alert
from broadcasts.audience.places import hit
from broadcasts.audience.select import APPCHAT, RELAY, Target, first_role, roads_of
from broadcasts.dispatch.again import again
from broadcasts.dispatch.byhand import forwarders
from broadcasts.dispatch.failover.stuck import Stuck
from broadcasts.dispatch.issue import NO_END, alert_text, place, rank, tail
from broadcasts.dispatch.models import Broadcast, Delivery
from broadcasts.dispatch.planning.merge import merged
from broadcasts.dispatch.planning.plan import Plan, plan
from broadcasts.dispatch.planning.write import Sending, asks_of
from broadcasts.dispatch.sending.roads import open_roads
from broadcasts.dispatch.states import Mode
from broadcasts.dispatch.texts.alert_forms import AlertForms
from broadcasts.dispatch.texts.alert_text import AlertText
from broadcasts.dispatch.texts.changed import changed

BY = "system"
Targets = dict[tuple[str, int], Target]


async def pass_on(
    session: AsyncSession, settings: Settings, broadcast: Broadcast, alert: Alert, found: Sequence[Stuck],
    left: Collection[str], at: datetime,
) -> int:  # fmt: skip
    """Give each of these copies' targets its next road that is open and not `left`; whoever has none keeps the first
    copy alone, and is not asked about again. How many copies."""
    areas, roads = await tree(session), open_roads(settings)
    used = await _used(session, broadcast, found)
    targets = await _targets(session, found)
    tried = [
        replace(target, roads={name: to for name, to in target.roads.items() if name not in used[key]})
        for key, target in targets.items()
    ]
    tried = await forwarders.given(session, areas, tried, roads)
    text = await _text(session, settings, broadcast, alert, areas, at)
    made = _plan(text, areas, tried, text.roads.of(broadcast.purpose) - set(left))
    sending = Sending(
        broadcast.purpose,
        rank(alert),
        dict.fromkeys(Mode, at),
        alert.expires or broadcast.started_at + NO_END,
        alert.id,
        road=broadcast.road,
        code=broadcast.code,
    )
    copies = await again(session, broadcast, made, sending, by=BY, at=at)
    await forwarders.ask(session, settings, broadcast, made, areas, sending, at)
    await _mark(session, found, at)
    causes = {cause: sum(one.cause == cause for one in found) for cause in sorted({one.cause for one in found})}
    record(session, BY, "broadcast.passed_on", broadcast.id, at, causes=causes, copies=copies)
    return copies


def _plan(text: AlertText, areas: Tree, targets: Sequence[Target], roads: frozenset[str]) -> Plan:
    plans = []
    for asked in (False, True):
        mine = [target for target in targets if asks_of(text.purpose, target) is asked]
        said = replace(text, asked=asked)
        plans.append(plan(mine, said.write, lambda target: tail(areas, target, text.phones), roads, AlertForms(said)))
    return merged(plans)


async def _text(
    session: AsyncSession, settings: Settings, broadcast: Broadcast, alert: Alert, areas: Tree, at: datetime
) -> AlertText:
    """What the alert's first copies say."""
    where = place(areas, hit(message(alert.content), areas))
    text = await alert_text(session, settings, alert, areas, where, at=at, code=broadcast.code)
    replaced = (await session.execute(select(Alert).where(col(Alert.replaced_by) == alert.uid))).scalars().all()
    before = max(replaced, key=lambda old: old.sent, default=None)
    change = changed(before, alert, at, settings.zone) if before else None
    return replace(text, purpose=broadcast.purpose, change=change)


async def _used(
    session: AsyncSession, broadcast: Broadcast, found: Sequence[Stuck]
) -> defaultdict[tuple[str, int], set[str]]:
    """By target: the channels by which a copy of this broadcast went, whatever became of it."""
    used: defaultdict[tuple[str, int], set[str]] = defaultdict(set)
    columns = (col(Delivery.target_kind), col(Delivery.target_id), col(Delivery.channel))
    for part in parts({one.target_id for one in found}):
        rows = await session.execute(
            sa.select(*columns).where(col(Delivery.broadcast_id) == broadcast.id, col(Delivery.target_id).in_(part))
        )
        for kind, number, channel in rows:
            used[kind, number].add(channel)
    return used


async def _targets(session: AsyncSession, found: Sequence[Stuck]) -> Targets:
    """As the directory knows them now; whoever has gone since is not among them."""
    wake = {(one.kind, one.target_id): one.wake for one in found}
    persons = {number for kind, number in wake if kind == "person"}
    circles = {number for kind, number in wake if kind == "group"}
    targets = [_person(p) for p in await people(session, areas=await _areas(session, persons, circles))]
    targets += [_group(g) for g in await groups(session, areas=await _areas(session, persons, circles))]
    return {
        (t.kind, t.id): replace(t, mode=Mode.wake if wake[t.kind, t.id] else Mode.quiet)
        for t in targets
        if (t.kind, t.id) in wake
    }


async def _areas(session: AsyncSession, persons: set[int], circles: set[int]) -> set[int]:
    areas: set[int] = set()
    for number, area, ids in (
        (filled(col(Person.id)), col(Person.area_id), persons),
        (filled(col(Group.id)), col(Group.area_id), circles),
    ):
        for part in parts(ids):
            areas.update((await session.execute(sa.select(area).where(number.in_(part)).distinct())).scalars())
    return areas


def _person(p: Hearer) -> Target:
    roads = roads_of(p.addresses, p.phone)
    return Target("person", p.id, p.area_id, p.town_id, first_role(p.roles), p.language, Mode.quiet, roads, p.cards)


def _group(g: Circle) -> Target:
    """A robot that lives, the application's group, at last somebody who forwards by hand."""
    roads = {"wecom_robot": str(g.robots[0])} if g.robots else {}
    roads |= {APPCHAT: g.chat_id} if g.chat_id and not g.owner else {}
    return Target("group", g.id, g.area_id, g.town_id, g.kind, "zh-CN", Mode.quiet, roads | {RELAY: ""})


async def _mark(session: AsyncSession, found: Sequence[Stuck], at: datetime) -> None:
    """That another road was looked for, and why: of a copy that waits its batch tells how it stands now."""
    for cause in {one.cause for one in found}:
        for part in parts([one.id for one in found if one.cause == cause]):
            await session.execute(
                sa.update(Delivery).where(col(Delivery.id).in_(part)).values(passed_at=at, reason=cause)
            )
