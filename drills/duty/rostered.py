"""Who is rung: the people whom the roster names, and all officers where it names nobody."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from bot.access.models import Role
from bot.directory.models import Address, Area, Person
from broadcasts.audience.select import Target
from broadcasts.dispatch.states import Mode
from drills.duty.now import Desk, OnShift, Roster, roster
from drills.duty.officers import APPLICATION, EveryOfficer


class Rostered:
    """Fills broadcasts.release.rings.OnDuty. `application` says whether the application message is set up. With
    `remembers` it is one tick's: what it has answered for a moment it answers again, however many ring then."""

    def __init__(self, *, application: bool, remembers: bool = False) -> None:
        self._application, self._remembers = application, remembers
        self._every = EveryOfficer(application=application)
        self._moment: tuple[datetime, Roster] | None = None
        self._answered: dict[tuple[bool, int | None], dict[int, Target]] = {}  # with leaders too, of which near desk
        self._tied: list[tuple[int | None, Target]] | None = None

    async def to_wake(
        self, session: AsyncSession, *, leaders: bool, at: datetime, near: int | None = None
    ) -> list[Target]:
        """The county's desk, and the desk nearest to `near`; where a town has nobody on its roster, the town's own
        officers. With `leaders` those who lead there too, or all leaders where nobody does."""
        if not self._application:
            return await self._every.to_wake(session, leaders=leaders, at=at)
        found = await self._roster(session, at)
        county, here = found.county(), found.near(near) if near is not None else None
        told = await self._at(session, county, here, leaders=leaders)
        if near is not None and (here is None or (county is not None and here.post.id == county.post.id)):
            told |= await self._of_towns(session, {n.id for n in found.areas.up(near) if n.parent_id is not None})
        return [*told.values()] or await self._every.to_wake(session, leaders=leaders, at=at)

    async def _roster(self, session: AsyncSession, at: datetime) -> Roster:
        if not self._remembers or self._moment is None or self._moment[0] != at:
            self._moment, self._answered, self._tied = (at, await roster(session, at)), {}, None
        return self._moment[1]

    async def _at(
        self, session: AsyncSession, county: Desk | None, here: Desk | None, *, leaders: bool
    ) -> dict[int, Target]:
        asked = (leaders, here.post.id if here else None)
        if asked not in self._answered:
            desks = [county, here]
            told = await self._told(session, desks, Role.officer, leading=False)
            told |= await self._told(session, desks, Role.leader, leading=True) if leaders else {}
            self._answered[asked] = told
        return dict(self._answered[asked])

    async def _of_towns(self, session: AsyncSession, towns: Collection[int]) -> dict[int, Target]:
        if self._tied is None:
            self._tied = await self._every.tied(session, [Role.officer])
        return {target.id: target for area, target in self._tied if area in towns}

    async def _told(
        self, session: AsyncSession, desks: Sequence[Desk | None], instead: Role, *, leading: bool
    ) -> dict[int, Target]:
        """By person. Where the county's desk has nobody whom we reach, all of the role `instead` are."""
        county, *others = ([one for one in desk.people if one.leads is leading] if desk else [] for desk in desks)
        found = await reached(session, county) or await self._every.people(session, [instead])
        found += await reached(session, [one for people in others for one in people])
        return {target.id: target for target in found}

    async def leaders(self, session: AsyncSession) -> list[Target]:
        """All leaders: what they hold of the record, each of them shall hold."""
        return await self._every.leaders(session)


async def reached(session: AsyncSession, people: Iterable[OnShift]) -> list[Target]:
    """Those of them to whom the application message leads."""
    return await targets(session, {one.person.id for one in people})


async def targets(session: AsyncSession, person_ids: Iterable[int]) -> list[Target]:
    """People with their address in the application; who has none, or has left, is not among them."""
    rows = await session.execute(
        sa.select(col(Person.id), col(Person.area_id), col(Area.town_id), col(Person.language), col(Address.value))
        .join(Address, (col(Address.person_id) == col(Person.id)) & (col(Address.channel) == APPLICATION))
        .join(Area, col(Area.id) == col(Person.area_id))
        .where(col(Person.id).in_([*person_ids]), col(Address.gone_at).is_(None))
        .order_by(col(Person.id))
    )
    return [
        Target("person", person, area, town, "", language, Mode.wake, {APPLICATION: address})
        for person, area, town, language, address in rows
    ]
