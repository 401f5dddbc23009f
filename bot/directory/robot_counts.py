"""How many group robots there are, by state."""

from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased
from sqlmodel import col

from bot.directory.imports.groups.states import REPLACED
from bot.directory.models import Group, Robot


class RobotCounts(NamedTuple):
    living: int
    unverified: int  # of the living
    dead: int  # in whose group none lives: once another was added there, nobody has to mend anything


async def robot_counts(session: AsyncSession) -> RobotCounts:
    alive, count = col(Robot.dead_at).is_(None), sa.func.count
    unverified = alive & col(Robot.verified_at).is_(None)
    wanted = sa.select(count().filter(alive), count().filter(unverified), count().filter(_dead())).select_from(Robot)
    return RobotCounts._make((await session.execute(wanted)).one())


async def dead_groups(session: AsyncSession, most: int) -> list[str]:
    """Their groups by name; the last first."""
    rows = await session.execute(
        sa.select(col(Group.name))
        .join(Robot, col(Robot.group_id) == col(Group.id))
        .where(_dead())
        .group_by(col(Group.id))
        .order_by(sa.func.max(col(Robot.dead_at)).desc(), col(Group.id))
        .limit(most)
    )
    return [*rows.scalars()]


def _dead() -> sa.ColumnElement[bool]:
    """What the county has taken away itself is none of them."""
    other = aliased(Robot)
    lives = sa.select(col(other.id)).where(col(other.group_id) == col(Robot.group_id), col(other.dead_at).is_(None))
    gone = col(Robot.dead_at).is_not(None) & (col(Robot.dead_reason) != REPLACED)
    return gone & ~lives.correlate(Robot).exists()
