"""Who did it, as people know them: behind a login and behind a telephone stands a person with a name."""

from collections.abc import Iterable

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from bot.access.hands import PERSON, USER
from bot.access.models import User
from bot.directory.models import Person


async def names(session: AsyncSession, actors: Iterable[str]) -> dict[str, str]:
    """By actor: the name of the person behind each login and each telephone. A login that is tied to no person has its
    own name; machines and whoever is gone are left out."""
    asked = set(actors)
    logins = {actor.removeprefix(USER) for actor in asked if actor.startswith(USER)}
    uids = {actor.removeprefix(PERSON) for actor in asked if actor.startswith(PERSON)}
    behind = (
        sa.select(sa.literal(USER) + col(User.name), sa.func.coalesce(col(Person.name), col(User.name)))
        .join(Person, col(User.person_id) == col(Person.id), isouter=True)
        .where(col(User.name).in_(logins))
    )
    acted = sa.select(sa.literal(PERSON) + col(Person.uid), col(Person.name)).where(col(Person.uid).in_(uids))
    found: dict[str, str] = {}
    for some, wanted in ((logins, behind), (uids, acted)):
        if some:
            found |= {actor: name for actor, name in await session.execute(wanted)}
    return found


async def name(session: AsyncSession, actor: str) -> str:
    """What one actor is called; of a login that is gone, its own name."""
    return (await names(session, [actor])).get(actor, actor.partition(":")[2] or actor)
