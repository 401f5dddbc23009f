"""Who cries for help rings the county's desk and the desk of her own town, which sees it too."""

import sqlalchemy as sa
from sqlmodel import col, select

from bot.access.models import Role, User, UserRole
from bot.directory.models import Area
from bot.ids import uuid7
from broadcasts.release.models import Hold
from handlers.wechat.models import Platform
from tests.console.browser import add, browser, console
from tests.duty.desk import TOWN, person, shift
from tests.world import World

CRY = "三组有人被困"


async def rung(world: World) -> set[str]:
    told = {who: await world.phone(who) for who in ("chen", "wang", "liu", "zhou")}
    return {who for who, texts in told.items() if any("有人求救" in text for text in texts)}


async def test_the_towns_desk_is_rung_too(world: World) -> None:
    await shift(world, "chen")
    await shift(world, "wang", at=TOWN)
    await world.say("li", CRY)
    assert await rung(world) == {"chen", "wang"}


async def test_a_town_without_a_roster_has_its_officers_rung(world: World) -> None:
    await shift(world, "chen")
    zhou = await person(world, "zhou")
    async with world.deps.begin() as session:
        town = (await session.execute(select(Area.id).where(col(Area.name) == "柳湾镇"))).scalar_one()
        user = User(uid=uuid7(world.clock.now()), name="zhou", password_hash="-", person_id=zhou.id, area_id=town)
        session.add(user)
        await session.flush()
        session.add(UserRole(user_id=user.id, role=Role.officer))
    await world.say("li", CRY)
    assert await rung(world) == {"chen", "zhou"}


async def test_a_resident_rings_the_desk_of_the_place_they_told_us_of(world: World) -> None:
    await shift(world, "chen")
    await shift(world, "wang", at=TOWN)
    await world.say("auntie", "柳湾村", platform=Platform.oa)
    await world.say("auntie", "救命，房子塌了", platform=Platform.oa)
    assert await rung(world) == {"chen", "wang"}
    assert await seen(world, "柳湾镇")
    assert not await seen(world, "石门乡")


async def seen(world: World, town: str) -> bool:
    """Whether the town's officer sees it, and may take it on."""
    async with world.deps.read() as session:
        area = await session.scalar(sa.select(col(Area.id)).where(col(Area.name) == town))
        hold = (await session.execute(select(Hold).where(col(Hold.reason) == "plea"))).scalar_one()
    await add(world.deps, town, Role.officer, area=area)
    async with console(world.deps) as server, browser(server) as made:
        await made.sign_in(town)
        return "由我处理" in await made.open(f"/console/held/{hold.uid}")
