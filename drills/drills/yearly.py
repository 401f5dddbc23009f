"""The year's plan: how many drills each unit has planned and held, and which areas are due by the rows that say how
often."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from dateutil.relativedelta import relativedelta
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from bot.directory.tree import Node, Tree
from bot.record.entries import record
from drills.drills.models import Drill, DrillFrequency, Stage
from drills.drills.queries import listed
from drills.drills.states import DONE


@dataclass(frozen=True)
class UnitYear:
    """`planned` counts all that were not cancelled."""

    unit: str
    planned: int
    held: int
    evaluated: int


@dataclass(frozen=True)
class Owed:
    """An area that has to drill by `until`; `last` is when it did, None where never; `planned` is when it will, and
    `waits` when it would if its plan were approved."""

    node: Node
    rule: DrillFrequency
    last: date | None
    until: date | None
    planned: date | None = None
    waits: date | None = None

    def overdue(self, today: date) -> bool:
        return self.until is None or self.until < today


@dataclass(frozen=True)
class Fold:
    """A town's areas, or the county's own where `town` is None: who is overdue and has no approved plan, who is overdue
    and has one, who is in time and has one, and how many there are."""

    town: Node | None
    late: list[Owed]
    planned: list[Owed]
    ahead: list[Owed]
    whole: int


async def by_unit(session: AsyncSession, year: int, zone: ZoneInfo, inside: Collection[int] | None) -> list[UnitYear]:
    """The units of one year, those with most left to do first."""
    since, until = datetime(year, 1, 1, tzinfo=zone), datetime(year + 1, 1, 1, tzinfo=zone)
    found = await listed(session, since=since, until=until, inside=inside, most=2000)
    units: dict[str, list[Drill]] = {}
    for drill in found:
        if drill.state is not Stage.cancelled:
            units.setdefault(drill.unit, []).append(drill)
    made = [
        UnitYear(unit, len(mine), sum(d.state in DONE for d in mine), sum(d.state is Stage.evaluated for d in mine))
        for unit, mine in units.items()
    ]
    return sorted(made, key=lambda one: (one.held - one.planned, one.unit))


async def owed(
    session: AsyncSession, areas: Tree, inside: Collection[int] | None, coming: Sequence[Drill], now: datetime,
    zone: ZoneInfo,
) -> list[Owed]:  # fmt: skip
    """Every area that a row names, whoever is late first. `coming` has the latest first; a draft is no plan."""
    rules = await frequencies(session, now.astimezone(zone).date())
    last = await _last(session, zone)
    plans, waits = (_next(coming, state, now, zone) for state in (Stage.planned, Stage.waiting))
    found = []
    for node in areas.nodes.values():
        rule = shortest(rules, node.level)
        if rule is not None and (inside is None or node.id in inside):
            held = last.get(node.id)
            until = held + relativedelta(months=rule.months) if held else None
            found.append(Owed(node, rule, held, until, plans.get(node.id), waits.get(node.id)))
    return sorted(found, key=lambda one: (one.until or date.min, one.node.code))


def folded(areas: Tree, found: Iterable[Owed], today: date) -> list[Fold]:
    """The county's own first, then town by town as they stand in the tree."""
    towns: dict[int, list[Owed]] = {}
    for one in sorted(found, key=lambda one: (one.node.town_id is not None, one.node.code)):
        towns.setdefault(one.node.town_id or 0, []).append(one)
    return [_fold(areas.nodes.get(town), mine, today) for town, mine in towns.items()]


async def frequencies(session: AsyncSession, today: date) -> Sequence[DrillFrequency]:
    """The rows that hold today."""
    wanted = select(DrillFrequency).where(
        sa.or_(col(DrillFrequency.valid_from).is_(None), col(DrillFrequency.valid_from) <= today),
        sa.or_(col(DrillFrequency.valid_to).is_(None), col(DrillFrequency.valid_to) >= today),
    )
    return (await session.execute(wanted.order_by(col(DrillFrequency.id)))).scalars().all()


def shortest(rules: Iterable[DrillFrequency], level: str) -> DrillFrequency | None:
    mine = [rule for rule in rules if level in rule.levels.split(",")]
    return min(mine, key=lambda rule: (rule.months, rule.id), default=None)


async def add_frequency(
    session: AsyncSession, *, levels: Sequence[str], months: int, what: str, basis: str, by: str, at: datetime
) -> DrillFrequency:
    """A row of the county's own, from today on."""
    made = DrillFrequency(levels=",".join(levels), months=months, what=what, basis=basis, source=by)
    session.add(made)
    await session.flush()
    record(session, by, "drill.frequency", str(made.id), at, months=months)
    return made


async def end_frequency(session: AsyncSession, number: int, today: date, *, by: str, at: datetime) -> bool:
    """It held until yesterday. False where it has ended, or there is none."""
    rule = await session.get(DrillFrequency, number)
    if rule is None or (rule.valid_to is not None and rule.valid_to < today):
        return False
    rule.valid_to = today - relativedelta(days=1)
    session.add(rule)
    record(session, by, "drill.frequency_ended", str(number), at)
    return True


def _fold(town: Node | None, mine: Sequence[Owed], today: date) -> Fold:
    overdue = [one for one in mine if one.overdue(today)]
    return Fold(
        town, [one for one in overdue if not one.planned], [one for one in overdue if one.planned],
        [one for one in mine if one.planned and not one.overdue(today)], len(mine),
    )  # fmt: skip


def _next(coming: Iterable[Drill], state: Stage, now: datetime, zone: ZoneInfo) -> dict[int, date]:
    """The next day by the area that organises."""
    mine = (one for one in coming if one.state is state and one.starts_at > now)
    return {one.unit_area_id: one.starts_at.astimezone(zone).date() for one in mine}


async def _last(session: AsyncSession, zone: ZoneInfo) -> dict[int, date]:
    """By organising area: the day of the last drill that was held."""
    wanted = sa.select(col(Drill.unit_area_id), sa.func.max(col(Drill.started_at))).where(col(Drill.state).in_(DONE))
    rows = await session.execute(wanted.group_by(col(Drill.unit_area_id)))
    return {area: at.astimezone(zone).date() for area, at in rows if at is not None}
