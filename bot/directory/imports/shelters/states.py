"""Shelters as an import sees them: what is known, and what a row would make of one."""

from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from bot.directory.models import Area
from bot.directory.sets import filled
from bot.directory.shelters.models import Shelter


@dataclass(frozen=True, slots=True)
class ShelterState:
    """`area` is a code. What is empty or None the county does not know."""

    key: str
    name: str
    area: str
    address: str = ""
    capacity: int | None = None
    lon: float | None = None
    lat: float | None = None
    phone: str = ""


@dataclass(frozen=True, slots=True)
class KnownShelter:
    id: int
    state: ShelterState


async def known_shelters(session: AsyncSession) -> list[KnownShelter]:
    columns = (
        filled(col(Shelter.id)), col(Shelter.key), col(Shelter.name), col(Area.code), col(Shelter.address),
        col(Shelter.capacity), col(Shelter.lon), col(Shelter.lat), col(Shelter.phone),
    )  # fmt: skip
    asked = sa.select(*columns).join(Area, col(Area.id) == col(Shelter.area_id)).order_by(col(Shelter.id))
    return [KnownShelter(row[0], ShelterState(*row[1:])) for row in await session.execute(asked)]
