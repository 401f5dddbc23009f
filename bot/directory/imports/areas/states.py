"""Areas as an import sees them: what is known, and what a row says."""

from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased
from sqlmodel import col

from bot.directory.models import Area, AreaTag
from bot.directory.sets import filled


@dataclass(frozen=True, slots=True)
class AreaState:
    """`parent` is a code, empty at the root."""

    code: str
    name: str
    level: str
    parent: str
    duty_phone: str = ""
    geometry: str | None = None
    tags: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class KnownArea:
    id: int
    state: AreaState


async def known_areas(session: AsyncSession) -> dict[str, KnownArea]:
    """Every area by its code, in two queries."""
    tags: dict[int, set[str]] = {}
    for area_id, tag in await session.execute(sa.select(col(AreaTag.area_id), col(AreaTag.tag))):
        tags.setdefault(area_id, set()).add(tag)
    above = aliased(Area)
    rows = await session.execute(
        sa.select(
            filled(col(Area.id)), col(Area.code), col(Area.name), col(Area.level), col(above.code),
            col(Area.duty_phone), col(Area.geometry),
        )
        .outerjoin(above, col(above.id) == col(Area.parent_id))
        .order_by(col(Area.depth), col(Area.code))
    )  # fmt: skip
    return {
        code: KnownArea(id_, AreaState(code, name, level, parent or "", duty, shape, frozenset(tags.get(id_, ()))))
        for id_, code, name, level, parent, duty, shape in rows
    }
