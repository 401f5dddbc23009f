"""Who and what is where, asked in whole sets: areas by their way, people by role, groups by kind, robots of groups."""

from collections.abc import Collection
from dataclasses import dataclass, field
from typing import TypeVar

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped
from sqlmodel import col

from bot.channels.sms.address import address
from bot.directory.customers.models import CustomerGroup
from bot.directory.models import Address, Area, Group, Person, PersonRole, Robot
from bot.directory.sets import filled

Row = TypeVar("Row", bound=tuple[object, ...])


@dataclass(slots=True)
class Hearer:
    """A person with all roles, and the address on each channel. `cards`: a click proved that cards are seen there.
    `phone` is the number's seal, as text messages are addressed."""

    id: int
    uid: str
    name: str
    area_id: int
    town_id: int | None
    ab: str
    language: str
    roles: set[str] = field(default_factory=set)
    addresses: dict[str, str] = field(default_factory=dict)
    cards: bool = False
    phone: str = ""


@dataclass(slots=True)
class Circle:
    """A group with the ids of its robots that live."""

    id: int
    uid: str
    name: str
    kind: str
    area_id: int
    town_id: int | None
    chat_id: str
    owner: str  # of a customers' group: the member who must confirm; empty for all others
    robots: list[int] = field(default_factory=list)


async def area_of_code(session: AsyncSession, code: str) -> Area | None:
    return (await session.execute(sa.select(Area).where(col(Area.code) == code))).scalar_one_or_none()


async def roles_of(session: AsyncSession, person_id: int) -> set[str]:
    """The roles of one person."""
    return {
        *(
            await session.execute(sa.select(col(PersonRole.role)).where(col(PersonRole.person_id) == person_id))
        ).scalars()
    }


async def person_of_key(session: AsyncSession, key: str) -> Person | None:
    """By the county's own id of a person."""
    return (await session.execute(sa.select(Person).where(col(Person.key) == key))).scalar_one_or_none()


async def people(
    session: AsyncSession, *, inside: int | None = None, areas: Collection[int] | None = None,
    roles: Collection[str] | None = None,
) -> list[Hearer]:  # fmt: skip
    """People who stand in the tree below `inside`, in exactly these `areas`, and have one of the `roles`; what is not
    given does not narrow. Three queries, however many there are."""
    chosen = sa.select(filled(col(Person.id))).join(Area, col(Area.id) == col(Person.area_id))
    chosen = chosen.where(*_narrowed(col(Person.area_id), inside, areas))
    if roles is not None:
        having = sa.select(col(PersonRole.person_id)).where(col(PersonRole.role).in_(roles))
        chosen = chosen.where(col(Person.id).in_(having))
    rows = await session.execute(
        sa.select(
            filled(col(Person.id)), col(Person.uid), col(Person.name), col(Person.area_id), col(Area.town_id),
            col(Person.ab), col(Person.language), col(Person.phone_sealed),
        )
        .join(Area, col(Area.id) == col(Person.area_id))
        .where(col(Person.id).in_(chosen))
        .order_by(col(Person.id))
    )  # fmt: skip
    found = {row[0]: Hearer(*row[:7], phone=address(row[7]) if row[7] else "") for row in rows}
    of_chosen = col(PersonRole.person_id).in_(chosen)
    for person_id, role in await session.execute(
        sa.select(col(PersonRole.person_id), col(PersonRole.role)).where(of_chosen)
    ):
        found[person_id].roles.add(role)
    addresses = sa.select(col(Address.person_id), col(Address.channel), col(Address.value), col(Address.cards_at))
    addresses = addresses.where(col(Address.gone_at).is_(None))
    for person_id, channel, value, cards_at in await session.execute(
        addresses.where(col(Address.person_id).in_(chosen))
    ):
        found[person_id].addresses[channel] = value
        found[person_id].cards |= cards_at is not None
    return [*found.values()]


async def groups(
    session: AsyncSession, *, inside: int | None = None, areas: Collection[int] | None = None,
    kinds: Collection[str] | None = None,
) -> list[Circle]:  # fmt: skip
    """Groups that stand below `inside`, in exactly these `areas`, of one of the `kinds`. Two queries."""
    chosen = sa.select(filled(col(Group.id))).join(Area, col(Area.id) == col(Group.area_id))
    chosen = chosen.where(*_narrowed(col(Group.area_id), inside, areas))
    if kinds is not None:
        chosen = chosen.where(col(Group.kind).in_(kinds))
    ours, gone = col(CustomerGroup.chat_id) == col(Group.chat_id), col(CustomerGroup.gone_at).is_not(None)
    rows = await session.execute(
        sa.select(
            filled(col(Group.id)), col(Group.uid), col(Group.name), col(Group.kind), col(Group.area_id),
            col(Area.town_id), sa.case((gone, ""), else_=col(Group.chat_id)),
            sa.case((gone, ""), else_=sa.func.coalesce(col(CustomerGroup.owner), "")),
        )
        .join(Area, col(Area.id) == col(Group.area_id))
        .join(CustomerGroup, ours, isouter=True)
        .where(col(Group.id).in_(chosen))
        .order_by(col(Group.id))
    )  # fmt: skip
    found = {row[0]: Circle(*row) for row in rows}
    robots = sa.select(col(Robot.group_id), filled(col(Robot.id))).where(
        col(Robot.dead_at).is_(None), col(Robot.group_id).in_(chosen)
    )
    for group_id, robot_id in await session.execute(robots.order_by(col(Robot.id))):
        found[group_id].robots.append(robot_id)
    return [*found.values()]


def _narrowed(area_id: Mapped[int], inside: int | None, areas: Collection[int] | None) -> list[sa.ColumnElement[bool]]:
    narrowed = [] if inside is None else [_inside(col(Area.path), inside)]
    if areas is not None:
        # the ids are written into the statement: there may be more of them than a statement takes parameters
        narrowed.append(area_id.in_(sa.bindparam("areas", [*areas], expanding=True, literal_execute=True)))
    return narrowed


def _inside(path: Mapped[str], area_id: int) -> sa.ColumnElement[bool]:
    """Whether a way leads through the area: ways are `/1/7/42/`."""
    return path.contains(f"/{int(area_id)}/")
