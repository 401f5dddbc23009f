"""How many group robots there are, by state."""

from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from bot.directory.models import Robot


class RobotCounts(NamedTuple):
    living: int
    unverified: int  # of the living
    dead: int


async def robot_counts(session: AsyncSession) -> RobotCounts:
    alive, count = col(Robot.dead_at).is_(None), sa.func.count
    unverified = alive & col(Robot.verified_at).is_(None)
    wanted = sa.select(count().filter(alive), count().filter(unverified), count().filter(~alive)).select_from(Robot)
    return RobotCounts._make((await session.execute(wanted)).one())
