"""Those whom the desk must see by name beside the silent: who needs help, and who cannot go with whoever is next."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased
from sqlmodel import col

from bot.directory.models import Area, Person
from broadcasts.answers.latest import latest
from broadcasts.answers.models import Answer, Said
from broadcasts.dispatch.models import Delivery
from broadcasts.release.models import Hold


@dataclass(frozen=True)
class Help:
    """Somebody asked for help. `hold` waits for whoever takes it; `taken_by` took it."""

    name: str
    ab: str
    village: str
    town: str
    at: datetime
    undone: bool
    hold: str
    rings: int
    taken_by: str
    taken_at: datetime | None

    @property
    def open(self) -> bool:
        return bool(self.hold) and self.taken_at is None


@dataclass(frozen=True)
class Next:
    """Who could go instead, and what they have said."""

    name: str
    ab: str
    said: Said | None


@dataclass(frozen=True)
class Cannot:
    name: str
    ab: str
    village: str
    town: str
    at: datetime
    sealed: bytes | None = None
    instead: tuple[Next, ...] = ()


async def helps(session: AsyncSession, broadcast_id: str, *, inside: int | None = None) -> list[Help]:
    """Who asked for help first stands first; those whom nobody has taken on before the rest. Once for each ring."""
    town, mine = aliased(Area), (col(Answer.broadcast_id) == broadcast_id, col(Answer.said) == Said.help)
    said = (
        sa.select(sa.func.min(col(Answer.id)).label("first"))
        .add_columns(sa.func.count() == sa.func.count(col(Answer.undone_at)))  # each of them was taken back
        .where(*mine, col(Answer.ring) != "")
        .group_by(col(Answer.ring))
        .subquery()
    )
    columns: list[Any] = [
        col(Person.name), col(Person.ab), col(Area.name), sa.func.coalesce(town.name, col(Area.name)), col(Answer.at),
        said.c[1], col(Hold.uid), col(Hold.rings), col(Hold.closed_by), col(Hold.closed_at),
    ]  # fmt: skip
    wanted = (
        sa.select(*columns)
        .select_from(said)
        .join(Answer, col(Answer.id) == said.c.first)
        .join(Hold, col(Hold.uid) == col(Answer.ring))
        .join(Person, col(Person.id) == col(Answer.person_id))
        .join(Area, col(Area.id) == col(Person.area_id))
        .join(town, col(town.id) == col(Area.town_id), isouter=True)
        .order_by(col(Hold.closed_at).is_not(None), col(Answer.id))
    )
    rows = await session.execute(_inside(wanted, inside))
    return [_help(row) for row in rows]


async def cannot(session: AsyncSession, broadcast_id: str, *, inside: int | None = None) -> list[Cannot]:
    """Who cannot go, each with the others of the same area who were asked: who has answered before who is silent."""
    town, last = aliased(Area), latest(col(Answer.broadcast_id) == broadcast_id)
    columns: list[Any] = [
        col(Person.area_id), col(Person.name), col(Person.ab), col(Area.name),
        sa.func.coalesce(town.name, col(Area.name)), col(Answer.at), col(Person.phone_sealed),
    ]  # fmt: skip
    wanted = (
        sa.select(*columns)
        .select_from(last)
        .join(Answer, col(Answer.id) == last.c.id)
        .join(Person, col(Person.id) == last.c.person_id)
        .join(Area, col(Area.id) == col(Person.area_id))
        .join(town, col(town.id) == col(Area.town_id), isouter=True)
        .where(col(Answer.said) == Said.cannot)
        .order_by(col(Answer.id))
    )
    rows = (await session.execute(_inside(wanted, inside))).all()
    others = await _others(session, broadcast_id, {row[0] for row in rows})
    return [_cannot(row, others) for row in rows]


def _help(row: Any) -> Help:
    name, ab, village, town, at, undone, hold, rings, taken_by, taken_at = row
    return Help(name, ab, village, town, at, bool(undone), hold, rings, taken_by, taken_at)


def _cannot(row: Any, others: Mapping[int, Sequence[Next]]) -> Cannot:
    area_id, name, ab, village, town, at, sealed = row
    return Cannot(name, ab, village, town, at, sealed, tuple(others.get(area_id, ())))


async def _others(session: AsyncSession, broadcast_id: str, areas: set[int]) -> dict[int, list[Next]]:
    last = latest(col(Answer.broadcast_id) == broadcast_id)
    asked = sa.select(col(Delivery.target_id)).where(
        col(Delivery.broadcast_id) == broadcast_id, col(Delivery.target_kind) == "person", col(Delivery.asked)
    )
    wanted = (
        sa.select(col(Person.area_id), col(Person.name), col(Person.ab), col(Answer.said))
        .join(last, last.c.person_id == col(Person.id), isouter=True)
        .join(Answer, col(Answer.id) == last.c.id, isouter=True)
        .where(col(Person.area_id).in_(areas), col(Person.id).in_(asked))
        .order_by(col(Answer.said).is_(None), col(Person.ab) == "", col(Person.ab), col(Person.id))
    )
    found: dict[int, list[Next]] = {}
    for area_id, name, ab, said in await session.execute(wanted):
        if said is not Said.cannot:
            found.setdefault(area_id, []).append(Next(name, ab, said))
    return found


def _inside(wanted: sa.Select[Any], inside: int | None) -> sa.Select[Any]:
    return wanted if inside is None else wanted.where(col(Area.path).contains(f"/{int(inside)}/"))
