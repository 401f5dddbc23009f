"""A month in figures, from alerts and from counters: what was issued, how fast and by which road people answered, and
who was told town by town; drills apart from the live."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from statistics import median
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from bot.directory.tree import Tree
from broadcasts.alerts.models import Alert, Kind
from broadcasts.coverage.contract import Span
from broadcasts.coverage.queries import OWN, Place, place_of, rows
from broadcasts.dispatch.models import Broadcast
from broadcasts.dispatch.states import Purpose, Road
from broadcasts.hazards.grades import Grade

ASKING = (Purpose.first, Purpose.update)
WAYS = {"card": "button", "h5": "button"}  # a touch on a card and one on a page are the same to whoever touches


@dataclass(frozen=True)
class Issued:
    """So many of one hazard and colour, under one kind."""

    kind: Kind
    grade: Grade | None
    event: str
    number: int


@dataclass
class Sum:
    """What one month's sendings came to; live, or of drills. `whole` adds up their affected people."""

    broadcasts: int = 0
    whole: Place = field(default_factory=Place)
    towns: list[Place] = field(default_factory=list)
    uncounted: int = 0  # sendings that are not counted yet

    @property
    def minutes(self) -> float | None:
        """The median from the sending to the answer."""
        return round(median(self.whole.seconds) / 60, 1) if self.whole.seconds else None

    @property
    def ways(self) -> list[tuple[str, int]]:
        """By what people answered, the most frequent first."""
        found: Counter[str] = Counter()
        for road, number in self.whole.roads.items():
            found[WAYS.get(road, road)] += number
        return found.most_common()


@dataclass
class Month:
    span: Span
    issued: Sequence[Issued] = ()
    live: Sum = field(default_factory=Sum)
    drills: Sum = field(default_factory=Sum)

    @property
    def alerts(self) -> int:
        return sum(one.number for one in self.issued)

    @property
    def empty(self) -> bool:
        return not (self.issued or self.live.broadcasts or self.drills.broadcasts)


def span(name: str, zone: ZoneInfo) -> Span:
    """The month of `2026-07`. Raises ValueError."""
    first = date.fromisoformat(f"{name}-01")
    after = date(first.year + first.month // 12, first.month % 12 + 1, 1)
    return Span(name, _midnight(first, zone), _midnight(after, zone), zone)


def before(name: str) -> str:
    """The month before: 2026-06 before 2026-07."""
    first = date.fromisoformat(f"{name}-01")
    return f"{first.year - (first.month == 1)}-{(first.month - 2) % 12 + 1:02d}"


async def month(session: AsyncSession, areas: Tree, wanted: Span, *, inside: int | None = None) -> Month:
    """The figures of what was sent in a month; of what lies inside an area, where one is given."""
    sent = await _sent(session, wanted)
    live = [b for b, kind in sent if not _drill(b, kind)]
    drills = [b for b, kind in sent if _drill(b, kind)]
    return Month(
        wanted,
        await _issued(session, wanted),
        await _sum(session, areas, live, inside),
        await _sum(session, areas, drills, inside),
    )


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=zone)


def _drill(broadcast: Broadcast, kind: Kind) -> bool:
    return broadcast.drill or kind is Kind.drill or broadcast.road is not Road.live


async def _sent(session: AsyncSession, wanted: Span) -> list[tuple[Broadcast, Kind]]:
    found = await session.execute(
        sa.select(Broadcast, col(Alert.kind))
        .join(Alert, col(Alert.id) == col(Broadcast.alert_id))
        .where(
            col(Broadcast.subject) == "",
            col(Broadcast.purpose).in_(ASKING),
            col(Broadcast.started_at) >= wanted.since,
            col(Broadcast.started_at) < wanted.until,
        )
        .order_by(col(Broadcast.id))
    )
    return [(broadcast, kind) for broadcast, kind in found]


async def _issued(session: AsyncSession, wanted: Span) -> list[Issued]:
    """Warnings whose first sending fell into the month, the most severe first; all-clears and drills are none."""
    number = sa.func.count(sa.distinct(col(Alert.id)))
    found: Any = await session.execute(
        sa.select(col(Alert.kind), col(Alert.grade), col(Alert.event), number)
        .join(Broadcast, col(Broadcast.alert_id) == col(Alert.id))
        .where(
            col(Broadcast.subject) == "",
            col(Broadcast.purpose).in_(ASKING),
            col(Broadcast.road) == Road.live,
            col(Alert.kind) != Kind.drill,
            col(Broadcast.started_at) >= wanted.since,
            col(Broadcast.started_at) < wanted.until,
        )
        .group_by(col(Alert.kind), col(Alert.grade), col(Alert.event))
    )
    made = [Issued(kind, grade, event, number) for kind, grade, event, number in found]
    return sorted(made, key=lambda one: (one.grade.rank if one.grade else 9, -one.number, one.event))


async def _sum(session: AsyncSession, areas: Tree, sent: Sequence[Broadcast], inside: int | None) -> Sum:
    made, towns = Sum(len(sent)), dict[int, Place]()
    counted = set()
    for row in await rows(session, [b.id for b in sent], inside=inside):
        counted.add(row.broadcast_id)
        node, place = areas.nodes.get(row.area_id), place_of(row)
        if node is None or not row.inside:
            continue
        above = areas.nodes.get(node.town_id or 0)
        name, code = (above.name, above.code) if above else (f"{node.name}{OWN}", node.code)
        towns.setdefault(node.town_id or 0, Place(node.town_id or 0, name, code)).add(place)
        made.whole.add(place)
    made.towns = sorted(towns.values(), key=lambda town: town.code)
    made.uncounted = len(sent) - len(counted) if inside is None else 0
    return made
