"""Whoever is given a task: by which roads they hear of it, and whether a word that they type comes back."""

from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from bot.directory.models import Person
from bot.directory.queries import Hearer, people
from broadcasts.audience.select import Target, first_role, roads_of
from broadcasts.dispatch.sending.roads import Roads
from broadcasts.dispatch.states import Mode


async def reader(session: AsyncSession, person_id: int) -> Hearer | None:
    home = await session.scalar(select(Person.area_id).where(col(Person.id) == person_id))
    here = await people(session, areas={home}) if home is not None else []
    return next((one for one in here if one.id == person_id), None)


def target(one: Hearer, *, drill: bool) -> Target:
    """A drill is not worth a text message."""
    roads = roads_of(one.addresses, "" if drill else one.phone)
    role = first_role(one.roles)
    return Target("person", one.id, one.area_id, one.town_id, role, one.language, Mode.wake, roads, one.cards)


def heard(roads: Roads, one: Target) -> bool:
    """Whether what this person types comes back to us."""
    if "wecom_app" in one.roads:
        return roads.hears_wecom
    return roads.hears_oa if "oa_template" in one.roads else roads.hears_sms


def platform(one: Target) -> str:
    """By which platform a page knows this person."""
    return "wecom" if "wecom_app" in one.roads else "oa"
