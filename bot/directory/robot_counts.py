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
    living = col(Robot.dead_at).is_(None)
    wanted = (living, living & col(Robot.verified_at).is_(None), ~living)
    statement = sa.select(*(sa.func.count().filter(condition) for condition in wanted)).select_from(Robot)
    return RobotCounts(*(await session.execute(statement)).one())
