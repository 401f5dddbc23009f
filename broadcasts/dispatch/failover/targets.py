"""Whom another road is looked for, as the directory knows them now; whoever has gone since is not among them."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Protocol

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from bot.config import Settings
from bot.directory.models import Group, Person
from bot.directory.queries import Circle, Hearer, groups, people
from bot.directory.sets import filled, parts
from broadcasts.audience.select import APPCHAT, RELAY, SMS, Target, first_role, roads_of
from broadcasts.dispatch.failover.rules import About
from broadcasts.dispatch.failover.scopes import Scope
from broadcasts.dispatch.failover.stuck import Stuck
from broadcasts.dispatch.sending.roads import NOTICE, REPLY, TEMPLATE
from broadcasts.dispatch.states import Mode, Road
from broadcasts.subscriptions.consents import consented
from broadcasts.subscriptions.models import Follower
from broadcasts.subscriptions.select import ROLE

FOLLOWERS_ROADS = frozenset({TEMPLATE, NOTICE, REPLY})
Targets = dict[tuple[str, int], Target]


class ReplyWindows(Protocol):
    """Whom the account may answer at this moment, since they wrote or pressed something. The house above knows."""

    async def open(self, session: AsyncSession, road: Road, openids: Collection[str], at: datetime) -> set[str]: ...

    async def use(self, session: AsyncSession, road: Road, openids: Collection[str]) -> None:
        """One of the few replies that each of their windows holds."""
        ...


class NoWindows:
    """Where nobody listens no window is known."""

    async def open(self, session: AsyncSession, road: Road, openids: Collection[str], at: datetime) -> set[str]:
        return set()

    async def use(self, session: AsyncSession, road: Road, openids: Collection[str]) -> None: ...


async def targets_of(
    session: AsyncSession, settings: Settings, scope: Scope, road: Road, found: Sequence[Stuck],
    windows: ReplyWindows, at: datetime,
) -> Targets:  # fmt: skip
    """By kind and id, with every road that leads to each. A drill is not worth a text message, and only a warning is
    forwarded by hand."""
    if scope.about is About.follower:
        targets = await _followers(session, settings, road, found, windows, at)
    elif scope.about is About.reply:
        targets = [_speaker(one) for one in found]
    else:
        targets = await _hearers(session, found, without=_without(scope.about))
    wake = {(one.kind, one.target_id): one.wake for one in found}
    return {
        (t.kind, t.id): replace(t, mode=Mode.wake if wake[t.kind, t.id] else Mode.quiet)
        for t in targets
        if (t.kind, t.id) in wake
    }


def _without(about: About) -> frozenset[str]:
    return frozenset(() if about is About.warning else {RELAY, SMS} if about is About.drill else {RELAY})


async def _hearers(session: AsyncSession, found: Sequence[Stuck], *, without: frozenset[str]) -> list[Target]:
    persons = {one.target_id for one in found if one.kind == "person"}
    circles = {one.target_id for one in found if one.kind == "group"}
    targets = [_person(p) for p in await people(session, areas=await _areas(session, persons, circles))]
    targets += [_group(g) for g in await groups(session, areas=await _areas(session, persons, circles))]
    return [replace(t, roads={name: to for name, to in t.roads.items() if name not in without}) for t in targets]


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


def _speaker(one: Stuck) -> Target:
    """In a conversation with the account: what cannot be answered there is pointed to."""
    roads = {REPLY: one.address, TEMPLATE: one.address}
    return Target("chat", one.target_id, 0, one.town_id, "", "zh-CN", Mode.quiet, roads)


async def _followers(
    session: AsyncSession, settings: Settings, road: Road, found: Sequence[Stuck], windows: ReplyWindows, at: datetime
) -> list[Target]:
    """The template, a notice where a consent is left, a reply where the window is open."""
    towns, rows = {one.target_id: one.town_id for one in found}, list[Follower]()
    for part in parts(set(towns)):
        still = (col(Follower.id).in_(part), col(Follower.left_at).is_(None), col(Follower.stopped_at).is_(None))
        rows += (await session.execute(select(Follower).where(*still))).scalars()
    targets = [
        Target("follower", f.id, 0, towns[f.id], ROLE, f.language, Mode.quiet, {TEMPLATE: f.openid}) for f in rows
    ]
    targets = await consented(session, settings, targets, road)
    answered = await windows.open(session, road, {f.openid for f in rows}, at)
    return [
        replace(t, roads={**t.roads, REPLY: t.roads[TEMPLATE]}) if t.roads[TEMPLATE] in answered else t for t in targets
    ]
