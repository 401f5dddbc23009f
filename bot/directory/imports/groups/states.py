"""Groups as an import sees them: what is known, and what a row would make of one."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from bot.directory.models import Area, Group, Robot
from bot.directory.sets import filled

REPLACED = "replaced"  # dead_reason of a robot that the county itself took away


@dataclass(frozen=True, slots=True)
class GroupState:
    """`area` is a code. `robots` maps digests to keys, the keys of known robots left empty; None leaves them."""

    key: str
    name: str
    area: str
    kind: str
    chat_id: str = ""
    robots: Mapping[str, str] | None = None


@dataclass(frozen=True, slots=True)
class KnownRobot:
    id: int
    group_id: int
    digest: str
    dead_reason: str  # empty while it lives


@dataclass(frozen=True, slots=True)
class KnownGroup:
    id: int
    state: GroupState
    robots: tuple[KnownRobot, ...] = field(default=())

    @property
    def living(self) -> frozenset[str]:
        return frozenset(robot.digest for robot in self.robots if not robot.dead_reason)

    @property
    def had(self) -> frozenset[str]:
        """Robots that are the group's, also where the platform says that they are gone."""
        return frozenset(robot.digest for robot in self.robots if robot.dead_reason != REPLACED)


async def known_groups(session: AsyncSession) -> list[KnownGroup]:
    """Every group with its robots, in two queries."""
    robots: dict[int, list[KnownRobot]] = {}
    columns = (
        filled(col(Robot.id)),
        col(Robot.group_id),
        col(Robot.digest),
        col(Robot.dead_at),
        col(Robot.dead_reason),
    )
    for id_, group_id, digest, dead_at, reason in await session.execute(sa.select(*columns).order_by(col(Robot.id))):
        gone = (reason or "dead") if dead_at else ""
        robots.setdefault(group_id, []).append(KnownRobot(id_, group_id, digest, gone))
    rows = await session.execute(
        sa.select(
            filled(col(Group.id)), col(Group.key), col(Group.name), col(Area.code), col(Group.kind), col(Group.chat_id)
        )
        .join(Area, col(Area.id) == col(Group.area_id))
        .order_by(col(Group.id))
    )
    return [
        KnownGroup(id_, GroupState(key, name, area, kind, chat_id), tuple(robots.get(id_, ())))
        for id_, key, name, area, kind, chat_id in rows
    ]
