"""Who must confirm: for the board, by name, with how many groups wait for each."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from bot.directory.models import Address, Area, Person
from broadcasts.customers.models import GroupTask
from broadcasts.dispatch.models import Batch


@dataclass(frozen=True)
class Waiting:
    """A member with groups that wait; `name` is the userid where the directory does not know whose it is."""

    broadcast_id: str
    name: str
    area: str
    area_id: int | None
    groups: int
    since: datetime
    reminded: int


async def waiting(session: AsyncSession, broadcasts: Sequence[str], *, inside: int | None = None) -> list[Waiting]:
    """Of these sendings, the longest waiting first; of members who stand inside an area, where one is given."""
    wanted = (
        sa.select(
            col(GroupTask.broadcast_id), sa.func.coalesce(col(Person.name), col(GroupTask.sender)),
            sa.func.coalesce(col(Area.name), ""), col(Area.id), sa.func.sum(col(Batch.size)),
            sa.func.min(col(GroupTask.made_at)), sa.func.max(col(GroupTask.reminded)),
        )
        .join(Batch, col(Batch.id) == col(GroupTask.batch_id))
        .join(
            Address,
            (col(Address.channel) == "wecom_app") & (col(Address.folded) == sa.func.lower(col(GroupTask.sender))),
            isouter=True,
        )
        .join(Person, col(Person.id) == col(Address.person_id), isouter=True)
        .join(Area, col(Area.id) == col(Person.area_id), isouter=True)
        .where(
            col(GroupTask.broadcast_id).in_(broadcasts), col(GroupTask.closed_at).is_(None),
            col(GroupTask.confirmed_at).is_(None),
        )
        .group_by(col(GroupTask.broadcast_id), col(Person.name), col(GroupTask.sender), col(Area.name), col(Area.id))
        .order_by(sa.func.min(col(GroupTask.made_at)))
    )  # fmt: skip
    if inside is not None:
        wanted = wanted.where(col(Area.path).contains(f"/{int(inside)}/"))
    return [Waiting(*row) for row in await session.execute(wanted)]
