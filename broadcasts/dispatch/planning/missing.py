"""Before anything is sent, by name: who cannot be reached, and who only by another way than the first; why, and what is
left for each."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped
from sqlmodel import col

from bot.directory.models import Group, Person, Robot
from bot.directory.outlets.queries import outlets
from broadcasts.audience.select import ACCOUNT_ROADS, APPCHAT, RELAY, Target
from broadcasts.dispatch.planning.plan import ROADS, Plan
from broadcasts.dispatch.planning.roads import RoadPlan

CLOSED, GONE, CONFIRM = "window_closed", "robot_gone", "must_confirm"


@dataclass(frozen=True)
class Missing:
    """Why somebody is not reached, or not by the first road; and what is left: the next road (`by`), somebody who
    forwards, a partner who is reached (`by`), waiting, phone, or visit."""

    target: Target
    name: str
    reason: str
    way: str  # road, wait, forward, partner, phone, visit, confirm (somebody must, at the platform) or none
    by: str = ""


async def missing(session: AsyncSession, plan: Plan) -> list[Missing]:
    """Whom no open road reaches."""
    unsure = [(target, CONFIRM) for target in plan.unsure]
    asked = [*((target, _closer(target, reason)) for target, reason in plan.unreachable), *unsure]
    dead = await _dead(session, {target.id for target, _ in asked if target.kind == "group"})
    reasons = [(t, GONE if t.kind == "group" and t.id in dead and reason != CONFIRM else reason) for t, reason in asked]
    return await _named(session, plan, reasons)


async def otherwise(
    session: AsyncSession, plan: Plan, roads: Sequence[RoadPlan], open_: frozenset[str]
) -> list[Missing]:
    """Who is reached by another road, by hand or later, since the first is down, spent or full, or a robot is dead."""
    each = {(t.kind, t.id, road.channel): (t, why, road.channel) for road in roads for t, why in road.held}
    held = [*each.values()]  # whoever hears a recording beside the text stands here once
    closed = {road.channel for road in roads if road.short} | {
        channel for _, reason, channel in held if reason == "road_down"
    }
    found = {
        (one.target.kind, one.target.id): one
        for one in await _named(session, plan, [(target, reason) for target, reason, _ in held])
    }
    ways = [_way(found[target.kind, target.id], channel, open_ - closed) for target, _, channel in held]
    by_hand = [(target, GONE) for batch in plan.relays if batch.channel == RELAY for target in batch.targets]
    by_hand += [(t, GONE) for batch in plan.batches if batch.channel == APPCHAT for t in batch.targets]
    dead = await _dead(session, {target.id for target, _ in by_hand})
    gone = await _named(session, plan, [(target, reason) for target, reason in by_hand if target.id in dead])
    ways += [_instead(one) for one in gone]
    return sorted(ways, key=lambda one: (one.target.area_id, one.name))


def _way(one: Missing, channel: str, open_: frozenset[str]) -> Missing:
    """The next road; where there is none, a full window is waited for, and a person is telephoned."""
    later = [name for name in ROADS if name in one.target.roads and name in open_ and name != channel]
    if later:
        return Missing(one.target, one.name, one.reason, "road", later[0])
    if one.reason == "window_full":
        return Missing(one.target, one.name, one.reason, "wait")
    return one


def _instead(one: Missing) -> Missing:
    by = APPCHAT if APPCHAT in one.target.roads else ""
    return Missing(one.target, one.name, one.reason, "road" if by else "forward", by)


def _closer(target: Target, reason: str) -> str:
    """Where nothing but the account leads there, and it may only reply: nobody may be written to after 48 hours."""
    return CLOSED if target.roads and target.roads.keys() <= set(ACCOUNT_ROADS) else reason


async def _named(session: AsyncSession, plan: Plan, asked: Sequence[tuple[Target, str]]) -> list[Missing]:
    if not asked:
        return []
    people = {target.id for target, _ in asked if target.kind == "person"}
    groups = {target.id for target, _ in asked if target.kind == "group"}
    held = {(target.kind, target.id) for target, _ in asked}
    reached = {t.id for t in plan.reached if t.kind == "person" and (t.kind, t.id) not in held}
    known = await _people(session, people)
    partners = await _partners(session, {area for _, _, area, _ in known.values()}, reached)
    names = {number: name for number, name in await session.execute(_group_names(groups))}
    played = {(one.kind.value, one.id): one.name for one in await outlets(session)}
    found = []
    for target, reason in asked:
        if target.kind != "person" or target.id not in known:
            name = names.get(target.id, "") if target.kind == "group" else played.get((target.kind, target.id), "")
            found.append(Missing(target, name, reason, "confirm" if reason == CONFIRM else "none"))
            continue
        name, ab, area, phone = known[target.id]
        by = partners.get((area, "B" if ab == "A" else "A")) if ab else None
        found.append(Missing(target, name, reason, "partner" if by else "phone" if phone else "visit", by or ""))
    return sorted(found, key=lambda one: (one.target.area_id, one.name))


async def _dead(session: AsyncSession, groups: set[int]) -> set[int]:
    """Groups that have robots, none of which lives."""
    alive = sa.func.sum(sa.case((col(Robot.dead_at).is_(None), 1), else_=0))
    wanted = sa.select(col(Robot.group_id)).where(among(col(Robot.group_id), groups)).group_by(col(Robot.group_id))
    return set((await session.execute(wanted.having(alive == 0))).scalars())


async def _people(session: AsyncSession, ids: set[int]) -> dict[int, tuple[str, str, int, bool]]:
    """Name, A or B, area, and whether we know a telephone number."""
    phone = col(Person.phone_sealed).is_not(None)
    columns = (col(Person.id), col(Person.name), col(Person.ab), col(Person.area_id), phone)
    rows = await session.execute(sa.select(*columns).where(among(col(Person.id), ids)))
    return {row[0]: (row[1], row[2], row[3], bool(row[4])) for row in rows}


async def _partners(session: AsyncSession, areas: set[int], reached: set[int]) -> dict[tuple[int, str], str]:
    """By area and A or B: somebody there who is reached."""
    columns = (col(Person.id), col(Person.area_id), col(Person.ab), col(Person.name))
    rows = await session.execute(
        sa.select(*columns)
        .where(among(col(Person.area_id), areas), col(Person.ab) != "")
        .order_by(col(Person.id).desc())
    )
    return {(area, ab): name for number, area, ab, name in rows if number in reached}


def _group_names(ids: set[int]) -> sa.Select[int, str]:
    return sa.select(col(Group.id), col(Group.name)).where(among(col(Group.id), ids))


def among(column: Mapped[int], ids: Iterable[int]) -> sa.ColumnElement[bool]:
    """The ids are written into the statement: there may be more of them than a statement takes parameters."""
    return column.in_(sa.bindparam(None, [*ids], expanding=True, literal_execute=True))
