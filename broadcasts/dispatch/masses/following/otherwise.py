"""Whoever has had the month's four, and is owed how it goes on: a reply where her window is open, a template's pointer
to so many as a county's row allows. The rest is a number that people are shown."""

from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import datetime
from functools import partial

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from bot.channels.oa_mass.limits import LEAST
from bot.config import Settings
from bot.deps import Deps
from bot.directory.sets import parts
from bot.directory.tree import Tree, tree
from bot.record.entries import record
from bot.sweeps.each import each
from broadcasts.alerts.content import message
from broadcasts.alerts.models import Alert, Status
from broadcasts.audience.places import hit
from broadcasts.audience.select import Target
from broadcasts.dispatch.again import again
from broadcasts.dispatch.alert import NO_END, as_sent, due_times, rank, tail
from broadcasts.dispatch.failover.targets import ReplyWindows
from broadcasts.dispatch.masses.decide import waiting
from broadcasts.dispatch.masses.following.before import gravest, replaced
from broadcasts.dispatch.masses.following.models import MassRule
from broadcasts.dispatch.masses.following.rules import following
from broadcasts.dispatch.masses.plan import audience
from broadcasts.dispatch.masses.told import month_used
from broadcasts.dispatch.masses.waits import BY, decided, waiting_holds
from broadcasts.dispatch.models import Broadcast, MassSend
from broadcasts.dispatch.planning.plan import Plan, plan
from broadcasts.dispatch.planning.write import Sending
from broadcasts.dispatch.sending.roads import REPLY, TEMPLATE, open_roads
from broadcasts.dispatch.states import Mode, Road
from broadcasts.dispatch.texts.alert_forms import forms_of
from broadcasts.subscriptions.models import Follower
from broadcasts.subscriptions.select import ROLE, URGENT, quiet


async def anything_due(session: AsyncSession, at: datetime) -> bool:
    """Whether somebody is owed a word in another way, or something still rings that nobody can agree to any more."""
    due = sa.select(col(MassSend.id)).where(col(MassSend.words_due_at) <= at).limit(1)
    return (await session.execute(due)).first() is not None or bool(await _stale(session, at))


async def sweep_due(deps: Deps, windows: ReplyWindows, at: datetime) -> int:
    """How many copies were written."""
    async with deps.read() as session:
        stale = await _stale(session, at)
        wanted = sa.select(col(MassSend.id)).where(col(MassSend.words_due_at) <= at).order_by(col(MassSend.id))
        due = [*(await session.execute(wanted)).scalars()]
        owed = {number: await _owed(session, deps.settings, windows, number, at) for number in due}
    if stale:
        async with deps.begin() as session:
            await decided(session, stale, "expired", by=BY, at=at)
    one = partial(_tell, settings=deps.settings, windows=windows, owed=owed, at=at)
    return await each(deps, "masses.follow", due, one, at)


async def _stale(session: AsyncSession, at: datetime) -> list[str]:
    """Sendings for whose mass send it rings, and nobody may agree any more: two hours have passed."""
    about = [hold.about.partition(":")[2] for hold in await waiting_holds(session)]
    return [one for one in about if await waiting(session, one, at) is None]


async def _owed(
    session: AsyncSession, settings: Settings, windows: ReplyWindows, number: int, at: datetime
) -> Mapping[str, list[Follower]]:
    """By road: whom that one reaches whom no mass send does. Read before anything is locked: they may be many."""
    asked = await session.get_one(MassSend, number)
    broadcast = await session.get_one(Broadcast, asked.broadcast_id)
    alert = await session.get(Alert, broadcast.alert_id) if broadcast.alert_id else None
    if alert is None:
        return {}
    areas = await tree(session)
    ids, _ = await audience(session, areas, alert, hit(message(alert.content), areas), asked.whom)
    full, _ = await month_used(session, ids, at, settings.zone)
    owed = full if len(ids) - len(full) >= LEAST else {*ids}
    there = [one for part in parts(sorted(owed)) for one in await _followers(session, part)]
    open_ = await windows.open(session, Road.live, {one.openid for one in there}, at)
    replied = [one for one in there if one.openid in open_]
    others = [one for one in there if one.openid not in open_]
    most = following(
        (await session.execute(select(MassRule))).scalars().all(), gravest(alert, await replaced(session, alert)),
        broadcast.purpose, at.astimezone(settings.zone).date(),
    ).pointers  # fmt: skip
    pointed = others if TEMPLATE in open_roads(settings).channels and len(others) <= most else []
    return {REPLY: replied, TEMPLATE: pointed}


async def _followers(session: AsyncSession, ids: Collection[int]) -> list[Follower]:
    wanted = select(Follower).where(col(Follower.id).in_(ids), col(Follower.left_at).is_(None))
    return [*(await session.execute(wanted.order_by(col(Follower.id)))).scalars()]


async def _tell(
    session: AsyncSession, number: int, *, settings: Settings, windows: ReplyWindows,
    owed: Mapping[int, Mapping[str, list[Follower]]], at: datetime,
) -> int:  # fmt: skip
    asked = await session.get(MassSend, number, with_for_update=True)
    if asked is None or asked.words_due_at is None:
        return 0
    asked.words_due_at = None
    session.add(asked)
    broadcast = await session.get_one(Broadcast, asked.broadcast_id)
    alert = await session.get(Alert, broadcast.alert_id) if broadcast.alert_id else None
    if alert is None or alert.status is not Status.issued:
        return 0
    made = await _plan(session, settings, alert, broadcast, owed[number], at)
    sending = Sending(
        broadcast.purpose, rank(alert), due_times(settings, at), alert.expires or at + NO_END, alert.id,
        road=broadcast.road, code=broadcast.code,
    )  # fmt: skip
    copies = await again(session, broadcast, made, sending, by=BY, at=at)
    asked.worded, asked.pointed = (len(owed[number].get(road, ())) for road in (REPLY, TEMPLATE))
    await windows.use(session, broadcast.road, {one.openid for one in owed[number].get(REPLY, ())})
    record(session, BY, "mass.otherwise", asked.uid, at, replies=asked.worded, pointers=asked.pointed)
    return copies


async def _plan(
    session: AsyncSession, settings: Settings, alert: Alert, broadcast: Broadcast,
    owed: Mapping[str, list[Follower]], at: datetime,
) -> Plan:  # fmt: skip
    areas = await tree(session)
    text = replace(await as_sent(session, settings, broadcast, alert, areas, at), asked=False)
    loud = gravest(alert, await replaced(session, alert)) in URGENT
    targets = [
        _target(areas, one, road, Mode.quiet if loud or not _asleep(one, settings, at) else Mode.digest)
        for road, those in owed.items()
        for one in those
    ]
    open_ = open_roads(settings).channels & {REPLY, TEMPLATE}
    return plan(targets, text.write, lambda target: tail(areas, target, text.phones), open_, forms_of(text))


def _asleep(follower: Follower, settings: Settings, at: datetime) -> bool:
    return quiet(follower.quiet_from, follower.quiet_to, at.astimezone(settings.zone).time())


def _target(areas: Tree, follower: Follower, road: str, mode: Mode) -> Target:
    root = areas.roots[0].id if areas.roots else 0
    return Target("follower", follower.id, root, None, ROLE, follower.language, mode, {road: follower.openid})
