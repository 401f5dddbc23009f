"""Writing planned shelters. Whether one is open is its keeper's word, which no file changes."""

from collections.abc import Mapping
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from bot.directory.imports.plans import Item, Plan
from bot.directory.imports.shelters.states import ShelterState
from bot.directory.models import Area
from bot.directory.sets import filled, insert_all, update_all
from bot.directory.shelters.models import Openness, Shelter
from bot.ids import uuid7


async def write_shelters(session: AsyncSession, plan: Plan[ShelterState], at: datetime) -> None:
    areas = {code: id_ for id_, code in await session.execute(sa.select(filled(col(Area.id)), col(Area.code)))}
    new = {"state": Openness.closed, "people": 0, "changed_at": None, "changed_by": ""}
    await insert_all(session, Shelter, [_values(i, areas) | {"uid": uuid7(at)} | new for i in plan.adds])
    await update_all(session, Shelter, [_values(i, areas) | {"id": i.id} for i in plan.updates])


def _values(item: Item[ShelterState], areas: Mapping[str, int]) -> dict[str, object]:
    state = item.state
    return {
        "key": state.key, "name": state.name, "area_id": areas[state.area], "address": state.address,
        "capacity": state.capacity, "lon": state.lon, "lat": state.lat, "phone": state.phone,
    }  # fmt: skip
