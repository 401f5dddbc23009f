"""Who is rung where no roster names anybody: all users of role officer, and of role leader."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from bot.access.models import Role, User, UserRole
from bot.directory.models import Address, Area, Group, Person, Robot
from broadcasts.audience.select import DUTY_GROUP, Target
from broadcasts.dispatch.states import Mode

APPLICATION = "wecom_app"


class EveryOfficer:
    """Fills broadcasts.release.rings.OnDuty. `application` says whether the application message is set up."""

    def __init__(self, *, application: bool) -> None:
        self._application = application

    async def to_wake(
        self, session: AsyncSession, *, leaders: bool, at: datetime, near: int | None = None
    ) -> list[Target]:
        people = await self.people(session, [Role.officer, Role.leader] if leaders else [Role.officer])
        if self._application and people:
            return people
        return await self._groups(session)

    async def leaders(self, session: AsyncSession) -> list[Target]:
        """All leaders, where the application message can reach them; else the duty group."""
        people = await self.people(session, [Role.leader])
        return people if self._application and people else await self._groups(session)

    async def people(self, session: AsyncSession, roles: list[Role]) -> list[Target]:
        """Users of these roles whom the application message reaches."""
        return list({target.id: target for _, target in await self.tied(session, roles)}.values())

    async def tied(self, session: AsyncSession, roles: list[Role]) -> list[tuple[int | None, Target]]:
        """The same, each with the area to which a login of theirs is tied."""
        rows = await session.execute(
            sa.select(col(Person.id), col(Person.area_id), col(Area.town_id), col(Person.language), col(Address.value))
            .add_columns(col(User.area_id))
            .join(User, col(User.person_id) == col(Person.id))
            .join(UserRole, col(UserRole.user_id) == col(User.id))
            .join(Address, (col(Address.person_id) == col(Person.id)) & (col(Address.channel) == APPLICATION))
            .join(Area, col(Area.id) == col(Person.area_id))
            .where(col(UserRole.role).in_(roles), col(User.disabled_at).is_(None), col(Address.gone_at).is_(None))
            .distinct()
        )
        return [
            (tied, Target("person", person, area, town, "", language, Mode.wake, {APPLICATION: address}))
            for person, area, town, language, address, tied in rows
        ]

    async def _groups(self, session: AsyncSession) -> list[Target]:
        rows = await session.execute(
            sa.select(col(Group.id), col(Group.area_id), col(Area.town_id), sa.func.min(col(Robot.id)))
            .join(Robot, col(Robot.group_id) == col(Group.id))
            .join(Area, col(Area.id) == col(Group.area_id))
            .where(col(Group.kind) == DUTY_GROUP, col(Robot.dead_at).is_(None))
            .group_by(col(Group.id), col(Group.area_id), col(Area.town_id))
        )
        return [
            Target("group", group, area, town, DUTY_GROUP, "zh-CN", Mode.wake, {"wecom_robot": str(robot)})
            for group, area, town, robot in rows
        ]
