"""What each road buys, counted in the county's own rows: people and places, not features."""

from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from bot.directory.models import Address, Area, Group, Person, PersonRole
from bot.directory.outlets.models import Outlet
from bot.directory.robot_counts import RobotCounts, robot_counts
from broadcasts.subscriptions.models import Follower, Poster

INFORMANT = "灾害信息员"
GRID = "网格"


@dataclass(frozen=True)
class Gains:
    """`villages` are the areas below a town that are no grid. `with_one` of them have an informant."""

    robots: RobotCounts
    groups: int
    people: int
    informants: int
    villages: int
    with_one: int
    members: int  # informants whom the application reaches
    member_villages: int
    bound: int  # people known by the official account
    followers: int
    phones: int  # people with a telephone
    only_phone: int  # and nothing else
    posters: int
    outlets: int  # loudspeakers and screens

    @property
    def bare(self) -> int:
        """Villages without an informant."""
        return max(0, self.villages - self.with_one)


async def gains(session: AsyncSession) -> Gains:
    count = sa.func.count
    informant = sa.select(col(PersonRole.person_id)).where(col(PersonRole.role) == INFORMANT)
    village = (col(Area.depth) >= 2, col(Area.level) != GRID)
    stands = sa.select(count(), count(sa.distinct(col(Person.area_id)))).select_from(Person)
    reached = sa.select(col(Address.person_id)).where(col(Address.gone_at).is_(None))
    member = reached.where(col(Address.channel) == "wecom_app")
    informants, where = await _pair(session, stands.where(col(Person.id).in_(informant)))
    members, member_where = await _pair(
        session, stands.where(col(Person.id).in_(informant), col(Person.id).in_(member))
    )
    phone = col(Person.phone_sealed).is_not(None)
    return Gains(
        robots=await robot_counts(session),
        groups=await _count(session, sa.select(count()).select_from(Group)),
        people=await _count(session, sa.select(count()).select_from(Person)),
        informants=informants,
        villages=await _count(session, sa.select(count()).select_from(Area).where(*village)),
        with_one=where,
        members=members,
        member_villages=member_where,
        bound=await _count(session, sa.select(count()).select_from(Address).where(col(Address.channel) == "oa")),
        followers=await _count(
            session, sa.select(count()).select_from(Follower).where(col(Follower.left_at).is_(None))
        ),
        phones=await _count(session, sa.select(count()).select_from(Person).where(phone)),
        only_phone=await _count(
            session, sa.select(count()).select_from(Person).where(phone, col(Person.id).not_in(reached))
        ),
        posters=await _count(session, sa.select(count()).select_from(Poster)),
        outlets=await _count(session, sa.select(count()).select_from(Outlet)),
    )


async def _count(session: AsyncSession, wanted: sa.Select[int]) -> int:
    return await session.scalar(wanted) or 0


async def _pair(session: AsyncSession, wanted: sa.Select[int, int]) -> tuple[int, int]:
    first, second = tuple((await session.execute(wanted)).one())
    return first, second
