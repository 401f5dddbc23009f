"""Writing planned areas, then the ways of the whole tree anew. Set by set, never a query per row."""

from collections.abc import Iterable, Mapping
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from bot.directory.imports.areas.states import AreaState
from bot.directory.imports.plans import Item, Plan
from bot.directory.models import Area, AreaTag
from bot.directory.sets import delete_where, filled, insert_all, update_all
from bot.ids import uuid7


async def write_areas(session: AsyncSession, plan: Plan[AreaState], at: datetime) -> None:
    await insert_all(session, Area, [_new(item.state, at) for item in plan.adds])
    await update_all(session, Area, [_values(item.state) | {"id": item.id} for item in plan.updates])
    items = [*plan.adds, *plan.updates]
    ids = {code: id_ for id_, code in await session.execute(sa.select(filled(col(Area.id)), col(Area.code)))}
    await _write_tags(session, items, ids)
    await _write_ways(session, items, ids)


def _new(state: AreaState, at: datetime) -> dict[str, object]:
    return _values(state) | {
        "uid": uuid7(at), "code": state.code, "parent_id": None, "path": "", "depth": 0, "town_id": None,
    }  # fmt: skip


def _values(state: AreaState) -> dict[str, object]:
    return {"name": state.name, "level": state.level, "duty_phone": state.duty_phone, "geometry": state.geometry}


async def _write_tags(session: AsyncSession, items: Iterable[Item[AreaState]], ids: Mapping[str, int]) -> None:
    touched = [item for item in items if item.id is None or "标签" in item.changed]
    await delete_where(session, AreaTag, col(AreaTag.area_id), [item.id for item in touched if item.id is not None])
    tags = [{"area_id": ids[item.state.code], "tag": tag} for item in touched for tag in sorted(item.state.tags)]
    await insert_all(session, AreaTag, tags)


async def _write_ways(session: AsyncSession, items: Iterable[Item[AreaState]], ids: Mapping[str, int]) -> None:
    """Parent, path, depth and town of every area whose way from the root is new."""
    columns = (filled(col(Area.id)), col(Area.parent_id), col(Area.path), col(Area.depth), col(Area.town_id))
    rows = (await session.execute(sa.select(*columns))).all()
    present = {row[0]: (row[1], row[2], row[3], row[4]) for row in rows}
    parents = {row[0]: row[1] for row in rows}
    parents |= {ids[item.state.code]: ids.get(item.state.parent) for item in items}
    ways = {id_: (parents[id_], *way(id_, parents)) for id_ in parents}
    changed = [
        {"id": id_, "parent_id": new[0], "path": new[1], "depth": new[2], "town_id": new[3]}
        for id_, new in ways.items()
        if new != present[id_]
    ]
    await update_all(session, Area, changed)


def way(area_id: int, parents: Mapping[int, int | None]) -> tuple[str, int, int | None]:
    """Path, depth and town of an area, from the parents of all."""
    ids = [area_id]
    while (above := parents[ids[-1]]) is not None:
        ids.append(above)
    ids.reverse()
    return f"/{'/'.join(map(str, ids))}/", len(ids) - 1, ids[1] if len(ids) > 1 else None
