"""A roster for the small county: shifts are written as the console writes them, and the night passes."""

from datetime import datetime, timedelta

from sqlmodel import col, select

from bot.directory.models import Address, Area, Person
from drills.duty.models import Shift
from drills.duty.rosters.planned import Plan, Proposed
from drills.duty.rosters.written import write
from tests.world import PLACES, World

COUNTY, TOWN = ("青崖县", "县值班室"), ("柳湾镇", "镇值班室")


async def person(world: World, userid: str) -> Person:
    async with world.deps.read() as session:
        wanted = select(Person).join(Address, col(Address.person_id) == col(Person.id)).where(
            col(Address.value) == userid
        )  # fmt: skip
        return (await session.execute(wanted)).scalar_one()


async def shift(
    world: World,
    userid: str,
    *,
    role: str = "值班",
    at: tuple[str, str] = COUNTY,
    starts: timedelta = timedelta(hours=-1),
    hours: float = 8,
) -> str:
    """Give somebody a shift that begins `starts` from now; its uid."""
    place, post = at
    begins = world.clock.now() + starts
    async with world.deps.begin() as session:
        area = (await session.execute(select(Area).where(col(Area.code) == PLACES[place][0]))).scalar_one()
        who = await person(world, userid)
        ends = begins + timedelta(hours=hours)
        plan = Plan(1, [Proposed(1, "", post, area.id, role, who, begins, ends)])
        zone = world.deps.settings.zone
        made = await write(session, plan, source="hand", by="user:test", zone=zone, at=world.clock.now())
    return made[0].uid


async def kept(world: World, uid: str) -> Shift:
    async with world.deps.read() as session:
        return (await session.execute(select(Shift).where(col(Shift.uid) == uid))).scalar_one()


def local(text: str, world: World) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=world.deps.settings.zone)
