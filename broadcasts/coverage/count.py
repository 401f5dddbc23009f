"""Counting one broadcast anew: who stands in the affected area, what became of their copies, how fast they answered."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from bot.db.bites import give_way
from bot.directory.models import Group, Person
from bot.directory.tree import Tree
from broadcasts.alerts.content import message
from broadcasts.alerts.models import Alert
from broadcasts.answers.counted import CALLS
from broadcasts.answers.models import BY_HAND, Answer, Said
from broadcasts.audience.places import hit
from broadcasts.dispatch.models import Batch, Broadcast, Delivery
from broadcasts.dispatch.states import State

GRID = "网格"  # people of a grid are counted in its village
NEEDS_A_HAND = ("relay", "customer_group")  # sent there means that a person has it before him
TOLD, PENDING, UNKNOWN, FAILED = 4, 3, 2, 1  # the best of a target's copies
NAMES = {TOLD: "told", PENDING: "pending", UNKNOWN: "unknown", FAILED: "failed"}


@dataclass
class Counted:
    """One place's counters as they become its row. `told` is what a platform took or whoever answered; a group that is
    served by hand is told when somebody said 已转发."""

    inside: bool
    counts: defaultdict[str, int] = field(default_factory=lambda: defaultdict(int))
    seconds: list[int] = field(default_factory=list)
    roads: defaultdict[str, int] = field(default_factory=lambda: defaultdict(int))


def village(areas: Tree, area_id: int) -> int:
    """The place by which somebody who stands there is counted."""
    return next((node.id for node in areas.up(area_id) if node.level != GRID), area_id)


async def count(session: AsyncSession, areas: Tree, broadcast: Broadcast, alert: Alert) -> dict[int, Counted]:
    """By village. Places that were not hit are there if somebody was told in them."""
    affected = {n.id for area in hit(message(alert.content), areas).areas for n in areas.below(area)}
    found: dict[int, Counted] = {}
    known: dict[int, Counted] = {}  # the same by whatever area somebody stands in

    def at(area_id: int) -> Counted:
        if area_id not in known:
            place = village(areas, area_id)
            known[area_id] = found.setdefault(place, Counted(place in affected or area_id in affected))
        return known[area_id]

    for name, table in (("people", Person), ("groups", Group)):
        for area_id, number in await _standing(session, table):
            if area_id in affected:
                at(area_id).counts[name] += number
    await give_way()
    _add("people", await _people(session, broadcast.id), affected, at)
    await give_way()
    _add("groups", await _groups(session, broadcast.id), affected, at)
    for area_id, first, how in await _firsts(session, broadcast.id):
        place = at(area_id)
        place.seconds.append(max(0, int((first - broadcast.started_at).total_seconds())))
        place.roads[how.value] += 1
    return found


def _add(name: str, rows: Iterable[Any], affected: set[int], at: Callable[[int], Counted]) -> None:
    for area_id, best, has_answered, asked, number in rows:
        place = at(area_id)
        place.counts[f"{name}_{NAMES[TOLD if has_answered else best]}"] += number
        if area_id not in affected:
            place.counts[name] += number
        if asked:
            place.counts["asked"] += number
            place.counts["answered"] += number if has_answered else 0


async def _standing(session: AsyncSession, table: type[Person] | type[Group]) -> list[Any]:
    area = col(table.area_id)
    return [*await session.execute(sa.select(area, sa.func.count()).group_by(area))]


async def _people(session: AsyncSession, broadcast_id: str) -> list[Any]:
    """(area, best, has answered, asked, people)"""
    best, first = _best(broadcast_id, "person"), _first(broadcast_id)
    said = first.c.id.is_not(None)
    asked = best.c.asked == 1
    wanted = (
        sa.select(col(Person.area_id), best.c.best, said, asked, sa.func.count())
        .select_from(best)
        .join(Person, col(Person.id) == best.c.id)
        .join(first, first.c.person_id == best.c.id, isouter=True)
    )
    return [*await session.execute(wanted.group_by(col(Person.area_id), best.c.best, said, asked))]


async def _groups(session: AsyncSession, broadcast_id: str) -> list[Any]:
    """(area, best, has been forwarded, False, groups)"""
    best = _best(broadcast_id, "group")
    forwarded = (
        sa.select(col(Answer.group_id).label("id"))
        .where(col(Answer.broadcast_id) == broadcast_id, col(Answer.said) == Said.relayed)
        .where(col(Answer.undone_at).is_(None), col(Answer.group_id).is_not(None))
        .distinct()
        .subquery("forwarded")
    )
    done = forwarded.c.id.is_not(None)
    wanted = (
        sa.select(col(Group.area_id), best.c.best, done, sa.false(), sa.func.count())
        .select_from(best)
        .join(Group, col(Group.id) == best.c.id)
        .join(forwarded, forwarded.c.id == best.c.id, isouter=True)
    )
    return [*await session.execute(wanted.group_by(col(Group.area_id), best.c.best, done))]


async def _firsts(session: AsyncSession, broadcast_id: str) -> list[tuple[int, datetime, Any]]:
    """(area, when, how) of the first answer of each who was asked."""
    first = _first(broadcast_id)
    wanted = (
        sa.select(col(Person.area_id), col(Answer.at), col(Answer.how))
        .select_from(first)
        .join(Answer, col(Answer.id) == first.c.id)
        .join(Person, col(Person.id) == first.c.person_id)
    )
    return [(area, at, how) for area, at, how in await session.execute(wanted)]


def _best(broadcast_id: str, kind: str) -> sa.Subquery:
    """Each target with the best that became of its copies. What a person must forward or confirm
    was only shown to him."""
    state = sa.func.coalesce(col(Delivery.state), col(Batch.state), State.failed.value)
    rank = sa.case(
        (state == State.delivered.value, TOLD),
        ((state == State.sent.value) & col(Delivery.channel).not_in((*NEEDS_A_HAND, *CALLS)), TOLD),
        (state.in_([State.queued.value, State.sending.value, State.sent.value]), PENDING),
        (state == State.unknown.value, UNKNOWN),
        else_=FAILED,
    )
    return (
        sa.select(
            col(Delivery.target_id).label("id"),
            sa.func.max(rank).label("best"),
            sa.func.max(sa.case((col(Delivery.asked), 1), else_=0)).label("asked"),
        )
        .join(Batch, col(Batch.id) == col(Delivery.batch_id), isouter=True)
        .where(col(Delivery.broadcast_id) == broadcast_id, col(Delivery.target_kind) == kind)
        .group_by(col(Delivery.target_id))
        .subquery("best")
    )


def _first(broadcast_id: str) -> sa.Subquery:
    return (
        sa.select(col(Answer.person_id).label("person_id"), sa.func.min(col(Answer.id)).label("id"))
        .where(
            col(Answer.broadcast_id) == broadcast_id,
            col(Answer.counts),
            col(Answer.undone_at).is_(None),
            col(Answer.said).not_in(BY_HAND),
        )
        .group_by(col(Answer.person_id))
        .subquery("first")
    )
