"""Writing planned groups and their robots: a new robot works at once and is 未核对; one replaced is kept as dead."""

from collections.abc import Mapping, Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from bot.directory.imports.groups.states import REPLACED, GroupState
from bot.directory.imports.plans import Item, Plan
from bot.directory.models import Area, Group, Robot
from bot.directory.sets import filled, insert_all, update_all
from bot.ids import uuid7
from bot.vault import Vault


async def write_groups(session: AsyncSession, vault: Vault, plan: Plan[GroupState], at: datetime) -> None:
    areas = {code: id_ for id_, code in await session.execute(sa.select(filled(col(Area.id)), col(Area.code)))}
    await insert_all(session, Group, [_values(i, areas) | {"uid": uuid7(at)} for i in plan.adds])
    await update_all(session, Group, [_values(i, areas) | {"id": i.id} for i in plan.updates])
    ids = {key: id_ for id_, key in await session.execute(sa.select(filled(col(Group.id)), col(Group.key)))}
    touched = [i for i in (*plan.adds, *plan.updates) if i.state.robots is not None]
    touched = [i for i in touched if i.id is None or "机器人地址" in i.changed]
    await _write_robots(session, vault, touched, ids, at)


def _values(item: Item[GroupState], areas: Mapping[str, int]) -> dict[str, object]:
    state = item.state
    return {
        "key": state.key, "name": state.name, "kind": state.kind, "area_id": areas[state.area],
        "chat_id": state.chat_id,
    }  # fmt: skip


async def _write_robots(
    session: AsyncSession, vault: Vault, items: Sequence[Item[GroupState]], ids: Mapping[str, int], at: datetime
) -> None:
    wanted = {digest: (ids[i.state.key], key) for i in items for digest, key in (i.state.robots or {}).items()}
    groups = {ids[item.state.key] for item in items}
    columns = (
        filled(col(Robot.id)),
        col(Robot.group_id),
        col(Robot.digest),
        col(Robot.dead_at),
        col(Robot.dead_reason),
    )
    present = (await session.execute(sa.select(*columns))).all()
    gone = [r for r in present if r.group_id in groups and r.digest not in wanted and r.dead_at is None]
    await update_all(session, Robot, [_dead(row.id, at) for row in gone])
    back = [
        r for r in present if r.digest in wanted and (r.group_id != wanted[r.digest][0] or r.dead_reason == REPLACED)
    ]
    await update_all(session, Robot, [_alive(row.id, wanted[row.digest][0]) for row in back])
    known = {row.digest for row in present}
    new = [
        {"group_id": group_id, "sealed": vault.seal(key), "digest": digest, "code": None, "verified_at": None,
         "dead_at": None, "dead_reason": ""}
        for digest, (group_id, key) in wanted.items()
        if digest not in known
    ]  # fmt: skip
    await insert_all(session, Robot, new)


def _dead(robot_id: int, at: datetime) -> dict[str, object]:
    return {"id": robot_id, "dead_at": at, "dead_reason": REPLACED, "code": None}


def _alive(robot_id: int, group_id: int) -> dict[str, object]:
    """A robot that comes back, perhaps into another group, has yet to be checked there."""
    return {
        "id": robot_id, "group_id": group_id, "dead_at": None, "dead_reason": "", "code": None, "verified_at": None,
    }  # fmt: skip
