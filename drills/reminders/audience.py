"""Whom a reminder reaches: people of its roles and groups of its kinds; and who of them has been silent."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from sqlalchemy.ext.asyncio import AsyncSession

from bot.directory.queries import groups, people
from broadcasts.audience.select import ROBOT, Target
from broadcasts.dispatch.states import Mode
from drills.reminders.models import Reminder, Topic

SILENT = timedelta(days=30)


class Heard(Protocol):
    """Who has said anything lately, by whatever road: the rooms that listen know (see bot.wiring)."""

    async def since(self, session: AsyncSession, people: Collection[int], at: datetime) -> set[int]:
        """Of these people, who has said something since `at`."""
        ...


@dataclass(frozen=True)
class Audience:
    """`told` are those to whom it goes. Of a test of reachability `people` counts all of its people, `asked` are those
    who have been silent."""

    told: Sequence[Target]
    people: int = 0
    asked: Sequence[int] = ()


async def everybody(session: AsyncSession, roles: str, kinds: str, area_id: int | None) -> list[Target]:
    """People of these roles and groups of these kinds, in and below the area."""
    wanted, found = listed(roles), list[Target]()
    if wanted:
        for p in await people(session, inside=area_id, roles=wanted):
            role = min(p.roles & set(wanted), default="")
            found.append(Target("person", p.id, p.area_id, p.town_id, role, p.language, Mode.quiet, p.addresses))
    if listed(kinds):
        for g in await groups(session, inside=area_id, kinds=listed(kinds)):
            roads = {ROBOT: str(g.robots[0])} if g.robots else {}
            found.append(Target("group", g.id, g.area_id, g.town_id, g.kind, "zh-CN", Mode.quiet, roads))
    return found


async def audience(session: AsyncSession, heard: Heard, reminder: Reminder, at: datetime) -> Audience:
    """A test of reachability asks nobody who has said anything within thirty days."""
    found = await everybody(session, reminder.roles, reminder.kinds, reminder.area_id)
    if reminder.topic is not Topic.reachability:
        return Audience(found)
    several = [target.id for target in found if target.kind == "person"]
    awake = await heard.since(session, several, at - SILENT)
    told = [target for target in found if target.kind != "person" or target.id not in awake]
    return Audience(told, len(several), [one for one in several if one not in awake])


def listed(text: str) -> list[str]:
    """What stands between the commas."""
    return [word for word in text.split(",") if word]
