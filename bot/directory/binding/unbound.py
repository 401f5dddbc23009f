"""Who cannot be reached by WeChat yet: people of the directory without a living address."""

from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from bot.directory.models import Address, Area, Person


@dataclass(frozen=True)
class Unbound:
    id: int
    uid: str
    name: str
    area: str


async def unbound(
    session: AsyncSession, *, inside: int | None = None, name: str = "", most: int = 5000
) -> list[Unbound]:
    """By area, those of one name alone where given: then also who is bound, since a phone may be a new one."""
    living = sa.select(col(Address.person_id)).where(col(Address.gone_at).is_(None))
    wanted = sa.select(col(Person.id), col(Person.uid), col(Person.name), col(Area.name)).join(
        Area, col(Area.id) == col(Person.area_id)
    )
    wanted = (
        wanted.where(col(Person.name).contains(name, autoescape=True))
        if name
        else wanted.where(col(Person.id).not_in(living))
    )
    if inside is not None:
        wanted = wanted.where(col(Area.path).contains(f"/{int(inside)}/"))
    rows = await session.execute(wanted.order_by(col(Area.code), col(Person.id)).limit(most))
    return [Unbound(*row) for row in rows]
