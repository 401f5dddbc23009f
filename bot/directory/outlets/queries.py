"""Loudspeakers and screens where they stand, asked in whole sets."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from bot.directory.models import Area, Person
from bot.directory.outlets.models import Outlet, OutletKind
from bot.directory.sets import filled


@dataclass(frozen=True, slots=True)
class Standing:
    """An outlet with its place and its keeper. `keeper` is empty where nobody is named."""

    id: int
    uid: str
    kind: OutletKind
    name: str
    area_id: int
    town_id: int | None
    area: str
    place: str
    keeper_id: int | None
    keeper: str
    resource_code: str
    code: str
    seen_at: datetime | None


async def outlets(
    session: AsyncSession, *, inside: int | None = None, kind: OutletKind | None = None, uid: str = ""
) -> Sequence[Standing]:
    """By kind, town and name; what is not given does not narrow."""
    columns: tuple[Any, ...] = (
        *(filled(col(Outlet.id)), col(Outlet.uid), col(Outlet.kind), col(Outlet.name), col(Outlet.area_id)),
        *(col(Area.town_id), col(Area.name), col(Outlet.place), col(Outlet.keeper_id)),
        *(sa.func.coalesce(col(Person.name), ""), col(Outlet.resource_code), col(Outlet.code), col(Outlet.seen_at)),
    )
    wanted = (
        sa.select(*columns)
        .join(Area, col(Area.id) == col(Outlet.area_id))
        .join(Person, col(Person.id) == col(Outlet.keeper_id), isouter=True)
        .where(col(Outlet.gone_at).is_(None))
        .order_by(col(Outlet.kind).desc(), col(Area.code), col(Outlet.name), col(Outlet.id))
    )
    if inside is not None:
        wanted = wanted.where(col(Area.path).contains(f"/{int(inside)}/"))
    if kind is not None:
        wanted = wanted.where(col(Outlet.kind) == kind)
    if uid:
        wanted = wanted.where(col(Outlet.uid) == uid)
    return [Standing(*row) for row in await session.execute(wanted)]


async def of_code(session: AsyncSession, code: str) -> Outlet | None:
    """The outlet whose page has this address."""
    wanted = select(Outlet).where(col(Outlet.code) == code, col(Outlet.gone_at).is_(None))
    return (await session.execute(wanted)).scalar_one_or_none()
