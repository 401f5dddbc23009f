"""Swaps with all that they speak of; who may take an open one; who decides."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased
from sqlmodel import col

from bot.access.models import Role, User, UserRole
from bot.directory.models import Person
from bot.directory.tree import Tree, tree
from drills.duty.models import PENDING, Post, Shift, Swap, Swapping
from drills.duty.now import roster

AROUND = timedelta(days=60)  # whoever has a shift at the post so near is a colleague
SHOWN = 40


@dataclass(frozen=True)
class Change:
    """A swap as people speak of it. `taker` is None while nobody has taken it; `back` is his own shift in return."""

    swap: Swap
    shift: Shift
    post: Post
    giver: Person
    taker: Person | None
    back: Shift | None


async def changes(session: AsyncSession, *where: sa.ColumnElement[bool], most: int = SHOWN) -> list[Change]:
    """The newest first."""
    giver, taker, back = aliased(Person), aliased(Person), aliased(Shift)
    wanted = (
        sa.select(Swap, Shift, Post, giver, taker, back)
        .join(Shift, col(Shift.id) == col(Swap.shift_id))
        .join(Post, col(Post.id) == col(Shift.post_id))
        .join(giver, col(giver.id) == col(Shift.person_id))
        .join(taker, col(taker.id) == col(Swap.taker_id), isouter=True)
        .join(back, col(back.id) == col(Swap.back_id), isouter=True)
        .where(*where)
        .order_by(col(Swap.id).desc())
        .limit(most)
    )
    return [Change(*row) for row in await session.execute(wanted)]


async def change(session: AsyncSession, uid: str) -> Change | None:
    return next(iter(await changes(session, col(Swap.uid) == uid, most=1)), None)


async def pending(session: AsyncSession, shift_ids: Sequence[int]) -> list[Change]:
    """What is not decided yet about these shifts, given or taken in return."""
    about = sa.or_(col(Swap.shift_id).in_(shift_ids), col(Swap.back_id).in_(shift_ids))
    return await changes(session, col(Swap.state).in_(PENDING), about)


def asks(lately: sa.ColumnElement[datetime]) -> sa.ColumnElement[bool]:
    """Whether a swap waits for anybody; where it is False `waiting_for` finds nothing."""
    shift = sa.exists().where(col(Shift.id) == col(Swap.shift_id), col(Shift.starts_at) > lately)
    return sa.exists().where(col(Swap.state).in_(PENDING), shift)


async def waiting_for(session: AsyncSession, person_id: int, at: datetime) -> Change | None:
    """The newest swap that waits for a word of this person: as the one who was asked, as a colleague, as the leader."""
    open_ = await changes(session, col(Swap.state).in_(PENDING), col(Shift.starts_at) > at, col(Swap.asked_at) <= at)
    if not open_:
        return None
    areas = await tree(session)
    for one in open_:
        if await _waits(session, areas, one, person_id, at):
            return one
    return None


async def _waits(session: AsyncSession, areas: Tree, one: Change, person_id: int, at: datetime) -> bool:
    match one.swap.state:
        case Swapping.asked:
            return one.swap.taker_id == person_id
        case Swapping.open:
            return person_id in await colleagues(session, one)
        case _:
            return await decides(session, areas, one, person_id, at)


async def colleagues(session: AsyncSession, one: Change) -> list[int]:
    """Who has shifts at that post about that time, and none meanwhile."""
    first, last = one.shift.starts_at - AROUND, one.shift.starts_at + AROUND
    stands = (col(Shift.removed_at).is_(None), col(Shift.cannot_at).is_(None))
    busy = sa.select(col(Shift.person_id)).where(
        *stands, col(Shift.starts_at) < one.shift.ends_at, col(Shift.ends_at) > one.shift.starts_at
    )
    wanted = (
        sa.select(col(Shift.person_id))
        .distinct()
        .where(*stands, col(Shift.post_id) == one.post.id, col(Shift.starts_at).between(first, last))
        .where(col(Shift.person_id) != one.giver.id, col(Shift.person_id).not_in(busy))
        .order_by(col(Shift.person_id))
    )
    return list((await session.execute(wanted)).scalars())


async def decides(session: AsyncSession, areas: Tree, one: Change, person_id: int, at: datetime) -> bool:
    """Who leads there now, or a leader by his login; never one of the two."""
    if person_id in {one.giver.id, one.swap.taker_id}:
        return False
    desk = (await roster(session, at, areas)).near(one.post.area_id)
    if desk and person_id in {leader.person.id for leader in desk.leaders}:
        return True
    wanted = (
        sa.select(col(User.area_id))
        .join(UserRole, col(UserRole.user_id) == col(User.id))
        .where(col(User.person_id) == person_id, col(UserRole.role) == Role.leader, col(User.disabled_at).is_(None))
    )
    above = {node.id for node in areas.up(one.post.area_id)}
    return any(area is None or area in above for area in (await session.execute(wanted)).scalars())
