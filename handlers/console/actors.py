"""Who did it, as a page names them: officers by their login, whoever did it on a phone by name."""

from collections.abc import Iterable

from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from bot.directory.models import Person

PERSON = "person:"


async def names(session: AsyncSession, actors: Iterable[str]) -> dict[str, str]:
    """By actor: the names of those who are people of the directory."""
    uids = {actor.removeprefix(PERSON) for actor in actors if actor.startswith(PERSON)}
    rows = (await session.execute(select(Person).where(col(Person.uid).in_(uids)))).scalars()
    return {f"{PERSON}{person.uid}": person.name for person in rows}
