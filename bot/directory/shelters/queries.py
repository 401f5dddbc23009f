"""Shelters of a place, the open ones first, and the word that opens and closes one."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from bot.directory.sets import parts
from bot.directory.shelters.models import Openness, Shelter
from bot.directory.tree import Tree
from bot.errors import Conflict
from bot.record.entries import record

ORDER = {Openness.open: 0, Openness.closed: 1, Openness.full: 2}
MOST = 100_000  # people in one shelter


class NoSuchCount(Conflict):
    """人数应是 0 到 100000 的整数。请改正后再交。"""


async def shelters(session: AsyncSession, areas: Collection[int] | None = None) -> list[Shelter]:
    """Those of the areas, or all; the open ones first, then by name."""
    found: list[Shelter] = []
    if areas is None:
        found.extend((await session.execute(select(Shelter))).scalars())
    else:
        for part in parts(areas):
            found.extend((await session.execute(select(Shelter).where(col(Shelter.area_id).in_(part)))).scalars())
    return sorted(found, key=lambda one: (ORDER[one.state], one.area_id, one.name))


async def near(session: AsyncSession, areas: Tree, area_id: int) -> list[Shelter]:
    """Those of the smallest place upward that has any: the village's own, else the town's, else the county's."""
    for node in areas.up(area_id):
        if found := await shelters(session, [below.id for below in areas.below(node.id)]):
            return found
    return []


async def say(session: AsyncSession, shelter: Shelter, state: Openness, people: int, *, by: str, at: datetime) -> None:
    """What its keeper says of it: open, full or closed, and how many are there. Raises NoSuchCount."""
    if not 0 <= people <= MOST:
        raise NoSuchCount
    people = 0 if state is Openness.closed else people
    shelter.state, shelter.people, shelter.changed_at, shelter.changed_by = state, people, at, by
    record(session, by, "shelter.said", shelter.uid, at, state=state.value, people=people)


async def by_uid(session: AsyncSession, uid: str) -> Shelter | None:
    return (await session.execute(select(Shelter).where(col(Shelter.uid) == uid))).scalar_one_or_none()


def counted(found: Sequence[Shelter]) -> dict[Openness, int]:
    """How many are open, full and closed."""
    return {state: sum(one.state is state for one in found) for state in Openness}
