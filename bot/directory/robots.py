"""A group's robot from its code to its end: 未核对 until the code of its test message was typed in, dead when gone."""

import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from bot.directory.imports.cells import tight
from bot.directory.models import Area, Group, Robot
from bot.directory.sets import filled, update_all
from bot.record.entries import record

SHORTEST = 4  # digits of a code: read in a chat, typed on a phone
ROOM = 10  # codes that could be, for each that is: a slip of the finger seldom hits another group's


class RobotState(StrEnum):
    missing = "没有机器人"
    dead = "已失效"
    unverified = "未核对"
    verified = "已核对"


@dataclass(frozen=True, slots=True)
class Coded:
    """A robot that waits for its code to be typed in."""

    robot_id: int
    group_id: int
    code: str


@dataclass(frozen=True, slots=True)
class GroupState:
    """A group as its robots are; `reason` says why the last of them is dead."""

    group_id: int
    uid: str
    name: str
    kind: str
    area_id: int
    area: str
    state: RobotState
    reason: str
    code: str | None


async def give_codes(session: AsyncSession, at: datetime, *, by: str = "system") -> list[Coded]:
    """Give a code to each living, unchecked robot that has none. All who wait, also those who had a code before."""
    waiting = (col(Robot.dead_at).is_(None), col(Robot.verified_at).is_(None))
    rows = (
        await session.execute(
            sa.select(filled(col(Robot.id)), col(Robot.group_id), col(Robot.code))
            .where(*waiting)
            .order_by(col(Robot.id))
        )
    ).all()
    taken = {row.code for row in rows if row.code}
    fresh = iter(_codes(len(rows) - sum(bool(row.code) for row in rows), taken))
    given = [Coded(row.id, row.group_id, row.code or next(fresh)) for row in rows]
    new = [{"id": one.robot_id, "code": one.code} for one in given if one.code not in taken]
    await update_all(session, Robot, new)
    if new:
        record(session, by, "robot.codes_given", "robots", at, given=len(new))
    return given


async def verify(session: AsyncSession, code: str, *, by: str, at: datetime) -> Group | None:
    """The group whose robot said this code, which is green from now on; None where nobody waits for it."""
    guard = (col(Robot.code) == tight(code), col(Robot.verified_at).is_(None), col(Robot.dead_at).is_(None))
    checked = sa.update(Robot).where(*guard).values(verified_at=at, code=None).returning(col(Robot.group_id))
    group_id = (await session.execute(checked)).scalar_one_or_none()
    if group_id is None:
        return None
    group = (await session.execute(sa.select(Group).where(col(Group.id) == group_id))).scalar_one()
    record(session, by, "robot.verified", f"group:{group.uid}", at)
    return group


async def doubtful(session: AsyncSession, *, inside: int | None = None) -> list[GroupState]:
    """Groups that are not green, the worst first; `inside` narrows to the areas below one."""
    states = await group_states(session, inside=inside)
    order = [RobotState.missing, RobotState.dead, RobotState.unverified]
    return sorted((s for s in states if s.state in order), key=lambda s: (order.index(s.state), s.name))


async def group_states(session: AsyncSession, *, inside: int | None = None) -> list[GroupState]:
    """Every group with the best that one of its robots is, in one query. A group with a chat id needs no robot."""
    lives = sa.and_(col(Robot.id).is_not(None), col(Robot.dead_at).is_(None))  # a group without a robot joins nulls
    living = sa.func.sum(sa.case((lives, 1), else_=0))
    verified = sa.func.sum(sa.case((sa.and_(lives, col(Robot.verified_at).is_not(None)), 1), else_=0))
    query = (
        sa.select(
            filled(col(Group.id)), col(Group.uid), col(Group.name), col(Group.kind), col(Group.area_id), col(Area.name),
            sa.func.count(col(Robot.id)), living, verified, sa.func.max(col(Robot.dead_reason)),
            sa.func.max(col(Robot.code)), col(Group.chat_id),
        )
        .join(Area, col(Area.id) == col(Group.area_id))
        .outerjoin(Robot, col(Robot.group_id) == col(Group.id))
        .group_by(col(Group.id), col(Area.id))
        .order_by(col(Group.id))
    )  # fmt: skip
    if inside is not None:
        query = query.where(col(Area.path).contains(f"/{int(inside)}/"))
    rows = (await session.execute(query)).all()
    return [
        GroupState(id_, uid, name, kind, area_id, area, _state(robots, lives_, green, chat_id), reason or "", code)
        for id_, uid, name, kind, area_id, area, robots, lives_, green, reason, code, chat_id in rows
    ]


def _state(robots: int, living: int, verified: int, chat_id: str) -> RobotState:
    if verified or (chat_id and not robots):
        return RobotState.verified
    if living:
        return RobotState.unverified
    return RobotState.dead if robots else RobotState.missing


def _codes(count: int, taken: Collection[str]) -> list[str]:
    """Codes that nobody has: digits alone, without a leading zero, which spreadsheets and people lose."""
    digits = max(SHORTEST, len(str((count + len(taken)) * ROOM)))
    free = [code for code in range(10 ** (digits - 1), 10**digits) if str(code) not in taken]
    return [str(code) for code in secrets.SystemRandom().sample(free, count)]
