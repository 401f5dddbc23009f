"""To whom a notice may be addressed: the roles and kinds of groups that the county has, and residents."""

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from bot.directory.models import Group, PersonRole
from broadcasts.audience.choice import RESIDENTS
from broadcasts.audience.select import ROLE_ORDER

KINDS = ("村群", "工作群", "值班群")


async def hearers(session: AsyncSession) -> list[str]:
    """The known ones in their order, then the county's own words."""
    roles = (await session.execute(sa.select(col(PersonRole.role)).distinct())).scalars()
    kinds = (await session.execute(sa.select(col(Group.kind)).distinct())).scalars()
    return list(dict.fromkeys([*ROLE_ORDER, *KINDS, RESIDENTS, *sorted(roles), *sorted(kinds)]))
