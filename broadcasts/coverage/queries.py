"""Reading the counters: one broadcast by town and village, with what is told of whom, and how fast they answered."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from statistics import median
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from bot.directory.models import Area
from bot.directory.tree import Tree
from broadcasts.coverage.models import Coverage, CoverageMark, FigureTarget

OWN = "本级"


@dataclass
class Reach:
    """Of all who should hear: told, on the way, of unknown outcome, not reached, and those whom no rule named."""

    whole: int = 0
    told: int = 0
    pending: int = 0
    unknown: int = 0
    failed: int = 0

    @property
    def unnamed(self) -> int:
        return self.whole - self.told - self.pending - self.unknown - self.failed

    @property
    def percent(self) -> int | None:
        """Rounded down, so that 100 means all."""
        return self.told * 100 // self.whole if self.whole else None

    def add(self, other: "Reach") -> None:
        for name in ("whole", "told", "pending", "unknown", "failed"):
            setattr(self, name, getattr(self, name) + getattr(other, name))


@dataclass
class Place:
    """A village, a town with its villages, or the whole."""

    id: int = 0
    name: str = ""
    code: str = ""
    people: Reach = field(default_factory=Reach)
    groups: Reach = field(default_factory=Reach)
    asked: int = 0
    answered: int = 0
    seconds: list[int] = field(default_factory=list)
    roads: dict[str, int] = field(default_factory=dict)
    villages: list["Place"] = field(default_factory=list)

    @property
    def silent(self) -> int:
        return self.asked - self.answered

    @property
    def complete(self) -> bool:
        """Whether everybody and every group was told, and whoever was asked has answered."""
        return not self.silent and self.people.told == self.people.whole and self.groups.told == self.groups.whole

    @property
    def median(self) -> int | None:
        """Seconds from the sending to the answer, of those who answered."""
        return int(median(self.seconds)) if self.seconds else None

    @property
    def slowest(self) -> int | None:
        return max(self.seconds, default=None)

    def add(self, other: "Place") -> None:
        self.people.add(other.people)
        self.groups.add(other.groups)
        self.asked, self.answered = self.asked + other.asked, self.answered + other.answered
        self.seconds.extend(other.seconds)
        for road, number in other.roads.items():
            self.roads[road] = self.roads.get(road, 0) + number


@dataclass
class Covered(Place):
    """The affected area, its towns in `villages`; `beyond` are people elsewhere who were told too."""

    counted_at: datetime | None = None
    beyond: Place = field(default_factory=Place)

    @property
    def towns(self) -> list[Place]:
        return self.villages


async def covered(
    session: AsyncSession, areas: Tree, broadcast_id: str, *, inside: int | None = None
) -> Covered | None:
    """Of what lies inside an area, where one is given. None until the broadcast has been counted."""
    mark = await session.get(CoverageMark, broadcast_id)
    if mark is None:
        return None
    made = Covered(counted_at=mark.counted_at)
    towns: dict[int, Place] = {}
    for row in await rows(session, [broadcast_id], inside=inside):
        node, place = areas.nodes.get(row.area_id), place_of(row)
        if node is None:
            continue
        place.name, place.code = node.name, node.code
        if not row.inside:
            made.beyond.add(place)
            continue
        town = towns.setdefault(node.town_id or 0, _town(areas, node.town_id, node.name, node.code))
        town.villages.append(place)
        town.add(place)
        made.add(place)
    made.villages = sorted(towns.values(), key=_missing_first)
    for town in made.villages:
        town.villages.sort(key=_missing_first)
    return made


async def rows(session: AsyncSession, broadcasts: Iterable[str], *, inside: int | None = None) -> list[Any]:
    """The counters as they stand."""
    wanted = sa.select(*Coverage.__table__.columns).where(col(Coverage.broadcast_id).in_([*broadcasts]))  # type: ignore[attr-defined]
    if inside is not None:
        wanted = wanted.join(Area, col(Area.id) == col(Coverage.area_id))
        wanted = wanted.where(col(Area.path).contains(f"/{int(inside)}/"))
    return [*await session.execute(wanted)]


def place_of(row: Any) -> Place:
    people = Reach(row.people, row.people_told, row.people_pending, row.people_unknown, row.people_failed)
    groups = Reach(row.groups, row.groups_told, row.groups_pending, row.groups_unknown, row.groups_failed)
    return Place(row.area_id, "", "", people, groups, row.asked, row.answered, list(row.seconds), dict(row.roads))


async def targets(session: AsyncSession) -> dict[str, FigureTarget]:
    """What the county wants to reach, by figure."""
    return {one.figure: one for one in (await session.execute(select(FigureTarget))).scalars()}


def _town(areas: Tree, town_id: int | None, name: str, code: str) -> Place:
    node = areas.nodes.get(town_id or 0)
    return Place(node.id, node.name, node.code) if node else Place(0, f"{name}{OWN}", code)


def _missing_first(place: Place) -> tuple[int, int, str]:
    return -place.silent, place.people.told - place.people.whole, place.code
