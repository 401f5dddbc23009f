"""Two hands: whoever wrote it is not the one to approve it. Two logins of one person are one hand, and so is that
person's own telephone; a login that is tied to no person stands for itself, and where a person is asked for, that is
said."""

from collections.abc import Collection

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from bot.access.models import User
from bot.directory.models import Person

USER, PERSON = "user:", "person:"


async def hands(session: AsyncSession, actors: Collection[str]) -> frozenset[str]:
    """These actors, and every other name under which the same people come."""
    logins = [actor.removeprefix(USER) for actor in actors if actor.startswith(USER)]
    uids = [actor.removeprefix(PERSON) for actor in actors if actor.startswith(PERSON)]
    behind = sa.select(col(User.person_id)).where(col(User.name).in_(logins))
    wanted = (
        sa.select(col(Person.uid), col(User.name))
        .join(User, col(User.person_id) == col(Person.id), isouter=True)
        .where(sa.or_(col(Person.uid).in_(uids), col(Person.id).in_(behind)))
    )
    rows = (await session.execute(wanted)).all()
    return frozenset({*actors, *(PERSON + uid for uid, _ in rows), *(USER + name for _, name in rows if name)})


async def person_behind(session: AsyncSession, actor: str) -> int | None:
    """Who acts. None for a login that is tied to no person, and for what is none."""
    if actor.startswith(USER):
        wanted = sa.select(col(User.person_id)).where(col(User.name) == actor.removeprefix(USER))
    else:
        wanted = sa.select(col(Person.id)).where(PERSON + col(Person.uid) == actor)
    return await session.scalar(wanted)


async def one_of(session: AsyncSession, actor: str, people: Collection[int | None]) -> bool | None:
    """Whether whoever acts is one of these people; None where nobody can tell, since the login is tied to no person."""
    mine = await person_behind(session, actor)
    return mine in people if mine is not None else None


async def untied(session: AsyncSession) -> list[str]:
    """Logins that can sign in and are tied to no person: nobody can tell whether they check their own work."""
    wanted = sa.select(col(User.name)).where(col(User.person_id).is_(None), col(User.disabled_at).is_(None))
    return list((await session.execute(wanted.order_by(col(User.name)))).scalars())
