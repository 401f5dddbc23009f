"""Which villages are moved, who answers for them, and what they have said: for the desk, and for whoever speaks."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased
from sqlmodel import col, select

from bot.directory.models import Area, Person
from bot.directory.sets import parts
from bot.directory.shelters.models import Shelter
from broadcasts.dispatch.states import Road
from broadcasts.dispatch.states import State as Copy
from broadcasts.tasks.copies import furthest
from broadcasts.tasks.evacuation.figures import Standing, standing
from broadcasts.tasks.evacuation.models import (
    LIVE,
    Evacuation,
    EvacuationOrder,
    EvacuationWord,
    State,
)
from broadcasts.tasks.evacuation.states import OPEN
from broadcasts.tasks.pictures import VILLAGES, counted


@dataclass(frozen=True)
class Seen:
    """A village with its order, its people and all its words, the oldest first. `copy` is what became of the message to
    the first; None: it was not written yet. `pictures` and `videos` count those that are here."""

    task: Evacuation
    order: EvacuationOrder
    village: str
    town: str
    town_id: int  # the village's own where it is in none
    first: Person
    second: Person | None
    shelter: Shelter | None
    copy: Copy | None
    pictures: int
    videos: int
    words: tuple[EvacuationWord, ...] = ()

    @property
    def said(self) -> Standing:
        return standing(self.words)

    @property
    def asker(self) -> EvacuationWord | None:
        """The last word that asks for support; where every one was taken back, the last of those."""
        said = [one for one in self.words if one.help]
        stands = [one for one in said if not one.taken_back]
        return (stands or said)[-1] if said else None

    def name(self, word: EvacuationWord | None) -> str:
        """Of whoever said it; an officer may have typed it in."""
        second = self.second if word and self.second and word.person_id == self.second.id else None
        return (second or self.first).name

    def last_of(self, person_id: int | None) -> str:
        """What this person said last, in words."""
        said = [one for one in self.words if one.person_id == person_id and one.undone_at is None]
        return said[-1].words if said else ""

    @property
    def open(self) -> bool:
        return self.task.closed_at is None and self.task.state in OPEN

    @property
    def silent(self) -> bool:
        return self.task.closed_at is None and self.task.state is State.asked

    @property
    def unreached(self) -> bool:
        """Whether the message has not come through."""
        return self.open and self.copy in {Copy.failed, Copy.unknown, Copy.skipped}

    def late(self, at: datetime) -> bool:
        return self.open and self.order.until <= at

    @property
    def urgent(self) -> bool:
        return self.task.closed_at is None and self.said.refuses

    def sorts(self, at: datetime) -> tuple[bool, bool, bool, bool, str]:
        """Who refuses stands first, then the silent, the late, and who is not finished."""
        return not self.urgent, not self.silent, not self.late(at), not self.open, self.village


def asks(me: sa.ColumnElement[int]) -> sa.ColumnElement[bool]:
    """Whether this person answers for a village that is being moved, or stands in there."""
    return sa.exists().where(LIVE, sa.or_(col(Evacuation.person_id) == me, col(Evacuation.second_id) == me))


ANY = sa.select(asks(sa.bindparam("me", type_=sa.Integer))).execution_options(autoflush=False)


async def any_of(session: AsyncSession, person_id: int) -> bool:
    """Nearly always nobody is asked: one look."""
    return bool(await session.scalar(ANY, {"me": person_id}))


async def of_person(session: AsyncSession, person_id: int, road: Road) -> list[Seen]:
    """For which villages a word of this person counts, the oldest first."""
    mine = sa.or_(col(Evacuation.person_id) == person_id, col(Evacuation.second_id) == person_id)
    return await _seen(session, (LIVE, mine, col(Evacuation.road) == road))


async def called_off(session: AsyncSession, person_id: int, road: Road, *, since: datetime) -> list[Seen]:
    """The villages that this person was told to move, and then not to, since then."""
    told = sa.or_(
        sa.and_(col(Evacuation.person_id) == person_id, col(Evacuation.told_id) != ""),
        sa.and_(col(Evacuation.second_id) == person_id, col(Evacuation.second_at).is_not(None)),
    )
    over = (col(Evacuation.state) == State.off, col(Evacuation.closed_at) >= since)
    return await _seen(session, (told, *over, col(Evacuation.road) == road))


async def of_thread(session: AsyncSession, thread: str, *, inside: int | None = None) -> list[Seen]:
    """Every village that was ordered under a warning or what it replaced; inside an area, where one is given."""
    return await of_threads(session, (thread,), inside=inside)


async def of_threads(session: AsyncSession, threads: Collection[str], *, inside: int | None = None) -> list[Seen]:
    """Under so few warnings as are in force at one time."""
    return await _seen(session, (col(Evacuation.thread).in_(threads),), inside=inside) if threads else []


async def of_uid(session: AsyncSession, uid: str) -> Seen | None:
    return next(iter(await _seen(session, (col(Evacuation.uid) == uid,))), None)


async def of_order(session: AsyncSession, order_id: int) -> list[Seen]:
    return await _seen(session, (col(Evacuation.order_id) == order_id,))


async def going_on(session: AsyncSession, *, inside: int | None = None) -> list[Seen]:
    """All that count still, in earnest."""
    return await _seen(session, (LIVE, col(Evacuation.drill).is_(False)), inside=inside)


async def last_said(session: AsyncSession, person_id: int, road: Road) -> EvacuationWord | None:
    """What this person said last of a village that still counts."""
    wanted = (
        select(EvacuationWord)
        .join(Evacuation, col(Evacuation.id) == col(EvacuationWord.evacuation_id))
        .where(col(EvacuationWord.person_id) == person_id, col(Evacuation.road) == road, LIVE)
        .order_by(col(EvacuationWord.id).desc())
        .limit(1)
    )
    return (await session.execute(wanted)).scalar_one_or_none()


async def _seen(session: AsyncSession, where: Sequence[Any], *, inside: int | None = None) -> list[Seen]:
    second, town = aliased(Person), aliased(Area)
    columns: list[Any] = [
        Evacuation, EvacuationOrder, col(Area.name), sa.func.coalesce(town.name, ""),
        sa.func.coalesce(town.id, Area.id), Person, second, Shelter,
        furthest(col(Evacuation.told_id)), *counted(VILLAGES, col(Evacuation.id)),
    ]  # fmt: skip
    wanted = (
        sa.select(*columns)
        .join(EvacuationOrder, col(EvacuationOrder.id) == col(Evacuation.order_id))
        .join(Area, col(Area.id) == col(Evacuation.area_id))
        .join(town, col(town.id) == col(Area.town_id), isouter=True)
        .join(Person, col(Person.id) == col(Evacuation.person_id))
        .join(second, col(second.id) == col(Evacuation.second_id), isouter=True)
        .join(Shelter, col(Shelter.id) == col(Evacuation.shelter_id), isouter=True)
        .where(*where)
        .order_by(col(Evacuation.id))
    )
    if inside is not None:
        wanted = wanted.where(col(Area.path).contains(f"/{int(inside)}/"))
    rows = (await session.execute(wanted)).all()
    words = await words_of(session, [row[0].id for row in rows])
    return [_row(row, words[row[0].id]) for row in rows]


def _row(row: Any, words: Sequence[EvacuationWord]) -> Seen:
    *facts, copy, pictures, videos = row
    told: list[Any] = [*facts, Copy(copy) if copy else None, pictures, videos, tuple(words)]
    return Seen(*told)


async def words_of(session: AsyncSession, ids: Sequence[int]) -> defaultdict[int, list[EvacuationWord]]:
    """By village, the oldest first."""
    found: defaultdict[int, list[EvacuationWord]] = defaultdict(list)
    for part in parts(ids):
        mine = col(EvacuationWord.evacuation_id).in_(part)
        wanted = select(EvacuationWord).where(mine).order_by(col(EvacuationWord.id))
        for word in (await session.execute(wanted)).scalars():
            found[word.evacuation_id].append(word)
    return found
