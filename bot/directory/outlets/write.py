"""Writing a list of loudspeakers and screens: it adds and updates, and what it lacks stays."""

import secrets
from collections.abc import Mapping
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from bot.directory.imports.places import Places
from bot.directory.models import Area, Person
from bot.directory.outlets.models import Outlet
from bot.directory.outlets.sheet import Keepers, OutletPlan, OutletState, chosen, read
from bot.directory.tree import tree
from bot.errors import Conflict
from bot.ids import uuid7
from bot.record.entries import record

LETTERS = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"  # without those that look like others
LENGTH = 12  # of a page's address: it is public, and not to be guessed


class OutletFaults(Conflict):
    """有的行不对，什么也没有写入。请改正后再导入，或只写入没有错的行。"""


class OutletsChanged(Conflict):
    """名单刚被别人改过，什么也没有写入。请再看一遍，重新导入。"""


async def planned(session: AsyncSession, data: bytes) -> OutletPlan:
    """What the file would do now. Writes nothing. Raises UnreadableFile."""
    areas = await tree(session)
    codes = {node.id: node.code for node in areas.nodes.values()}
    above = {node.id: codes.get(node.parent_id or 0, "") for node in areas.nodes.values()}
    places = Places((node.code, node.name, above[node.id]) for node in areas.nodes.values())
    rows = (await session.execute(sa.select(col(Outlet.key), col(Outlet.name), col(Outlet.gone_at)))).all()
    made = read(data, places, await _keepers(session), {key: name for key, name, _ in rows})
    made.missing = [name for key, name, gone in rows if gone is None and key in made.left]
    return made


async def carry_out(
    session: AsyncSession, data: bytes, seen: OutletPlan, *, partial: bool, by: str, at: datetime
) -> OutletPlan:
    """Plan once more, under the write lock, and write if it is what was `seen`."""
    made = await planned(session, data)
    if made.outline != seen.outline:
        raise OutletsChanged
    if made.faults and not partial:
        raise OutletFaults
    areas = {code: number for number, code in await session.execute(sa.select(col(Area.id), col(Area.code)))}
    for state in made.adds:
        session.add(_new(state, areas, at))
    wanted = select(Outlet).where(col(Outlet.key).in_([state.key for state in made.known]))
    there = {one.key: one for one in (await session.execute(wanted)).scalars()}
    for state in made.known:
        _change(there[state.key], state)
    counts = {"rows": made.rows, "added": len(made.adds), "changed": len(made.known), "rejected": made.rejected}
    record(session, by, "outlets.imported", "outlet", at, **counts)
    return made


def _new(state: OutletState, areas: Mapping[str, int], at: datetime) -> Outlet:
    return Outlet(
        uid=uuid7(at),
        key=state.key,
        kind=state.kind,
        name=state.name,
        area_id=areas[state.area],
        place=state.place or "",
        keeper_id=state.keeper_id,
        resource_code=state.resource_code or "",
        code="".join(secrets.choice(LETTERS) for _ in range(LENGTH)),
    )


def _change(outlet: Outlet, state: OutletState) -> None:
    outlet.place = outlet.place if state.place is None else state.place
    outlet.resource_code = outlet.resource_code if state.resource_code is None else state.resource_code
    if state.keeper_id is not None or state.no_keeper:
        outlet.keeper_id = state.keeper_id
    outlet.gone_at = None


async def _keepers(session: AsyncSession) -> Keepers:
    codes = {number: code for number, code in await session.execute(sa.select(col(Area.id), col(Area.code)))}
    rows = await session.execute(
        sa.select(col(Person.id), col(Person.key), col(Person.name), col(Area.code), col(Area.path))
        .join(Area, col(Area.id) == col(Person.area_id))
        .order_by(col(Person.id))
    )
    return chosen([(*row[:4], "/".join(codes.get(int(n), "") for n in row[4].strip("/").split("/"))) for row in rows])
