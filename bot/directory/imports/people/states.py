"""People as an import sees them: what is known, and what a row would make of someone."""

from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from bot.directory.models import Address, Area, Person, PersonRole
from bot.directory.sets import filled

USERID_CHANNEL, OPENID_CHANNEL = "wecom_app", "oa"
PHONE_KEY, PLACE_KEY = "phone:", "at:"  # beginnings of keys that we made ourselves


@dataclass(frozen=True, slots=True)
class PersonState:
    """`area` is a code. `phone` is the number where it is new, None where it stays; `digest` is what finds it."""

    key: str
    name: str
    area: str
    roles: frozenset[str] = frozenset()
    ab: str = ""
    language: str = "zh-CN"
    userid: str = ""
    openid: str = ""
    digest: str = ""
    phone: str | None = None


@dataclass(frozen=True, slots=True)
class KnownPerson:
    id: int
    state: PersonState

    @property
    def has_own_key(self) -> bool:
        """Whether the county itself gave the id."""
        return not self.state.key.startswith((PHONE_KEY, PLACE_KEY))


async def known_people(session: AsyncSession) -> list[KnownPerson]:
    """Everyone, in three queries."""
    roles: dict[int, set[str]] = {}
    for person_id, role in await session.execute(sa.select(col(PersonRole.person_id), col(PersonRole.role))):
        roles.setdefault(person_id, set()).add(role)
    addresses = await session.execute(sa.select(col(Address.person_id), col(Address.channel), col(Address.value)))
    reached = {(person_id, channel): value for person_id, channel, value in addresses}
    rows = await session.execute(
        sa.select(
            filled(col(Person.id)), col(Person.key), col(Person.name), col(Area.code), col(Person.ab),
            col(Person.language), col(Person.phone_digest),
        )
        .join(Area, col(Area.id) == col(Person.area_id))
        .order_by(col(Person.id))
    )  # fmt: skip
    return [
        KnownPerson(
            id_,
            PersonState(
                key, name, area, frozenset(roles.get(id_, ())), ab, language,
                reached.get((id_, USERID_CHANNEL), ""), reached.get((id_, OPENID_CHANNEL), ""), digest or "",
            ),
        )
        for id_, key, name, area, ab, language, digest in rows
    ]  # fmt: skip
