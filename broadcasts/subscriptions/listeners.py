"""Which followers an alert concerns, as ids alone: what a mass send is frozen from. The rule is select's; one scan of
the table answers it, and no row becomes an object."""

from collections.abc import Collection

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from bot.directory.tree import Tree
from broadcasts.dispatch.states import Road
from broadcasts.hazards.grades import Grade
from broadcasts.subscriptions.models import Follower, Subscription
from broadcasts.subscriptions.select import URGENT


async def listeners(
    session: AsyncSession, areas: Tree, hit: Collection[int], event_code: str | None, grade: Grade | None
) -> list[int]:
    """In rising order: those whose places it hits; of the urgent also those who chose no place."""
    reach = {node.id for area in hit for node in (*areas.below(area), *areas.up(area))}
    if not reach:
        return []
    mine: sa.ColumnElement[bool] = col(Follower.id).in_(await _choosing(session, reach, event_code, grade))
    if grade in URGENT:
        mine = mine | col(Follower.id).not_in(sa.select(col(Subscription.follower_id)))
    return await _ids(session, mine)


async def everybody(session: AsyncSession) -> list[int]:
    """Whoever follows, also who has stopped all of it: a send to all asks nobody."""
    return await _ids(session, sa.true(), stopped=True)


async def listening(session: AsyncSession) -> list[int]:
    """Whoever follows and has not stopped it."""
    return await _ids(session, sa.true())


async def _choosing(
    session: AsyncSession, reach: Collection[int], event_code: str | None, grade: Grade | None
) -> sa.Select[int]:
    """Whose subscriptions fit. Of hazards there are few different lists: they are compared here, followers there."""
    lists = (await session.execute(sa.select(col(Subscription.hazards)).distinct())).scalars()
    fitting = [codes for codes in lists if not codes or _any(codes, event_code or "")]
    enough = ["", *(one.value for one in Grade if grade is not None and grade.rank <= one.rank)]
    return sa.select(col(Subscription.follower_id)).where(
        col(Subscription.area_id).in_(sa.bindparam("reach", [*reach], expanding=True, literal_execute=True)),
        col(Subscription.hazards).in_(fitting),
        col(Subscription.least).in_(enough),
    )


def _any(codes: str, event_code: str) -> bool:
    return any(event_code.startswith(code) for code in codes.split(",") if code)


async def _ids(session: AsyncSession, mine: sa.ColumnElement[bool], *, stopped: bool = False) -> list[int]:
    """By one value instead of half a million rows."""
    joined = sa.func.aggregate_strings(sa.cast(col(Follower.id), sa.String), ",")
    wanted = sa.select(joined).where(col(Follower.road) == Road.live, col(Follower.left_at).is_(None), mine)
    if not stopped:
        wanted = wanted.where(col(Follower.stopped_at).is_(None))
    text: str | None = await session.scalar(wanted)
    return sorted(map(int, text.split(","))) if text else []


async def of_people(session: AsyncSession, people: Collection[int]) -> set[int]:
    """The followers who are these people: staff who follow."""
    if not people:
        return set()
    among: sa.BindParameter[int] = sa.bindparam("people", [*people], expanding=True, literal_execute=True)
    return set(await _ids(session, col(Follower.person_id).in_(among), stopped=True))
