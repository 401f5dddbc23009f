"""Which telephone is named: of the room in which somebody sits now, else the area's own."""

from datetime import timedelta

import sqlalchemy as sa
from sqlmodel import col, select

from bot.access.models import Role
from bot.commands.due.desk import phones
from bot.directory.lines.models import DutyLine
from bot.directory.lines.now import lines
from bot.directory.tree import tree
from drills.duty.models import Post
from drills.duty.rosters.written import post_of
from tests.console_rooms.desk import desk
from tests.duty.desk import shift
from tests.grounds import ON_BOTH
from tests.places import area
from tests.world import World

pytestmark = ON_BOTH
NIGHT_ROOM = "000-1111"


async def with_phone(world: World, name: str, phone: str) -> None:
    async with world.deps.begin() as session:
        await session.execute(sa.update(Post).where(col(Post.name) == name).values(phone=phone))


async def answering(world: World, place: str = "青崖县") -> str:
    number = await area(world, place)
    async with world.deps.read() as session:
        return (await lines(session, await tree(session), world.clock.now())).of(number)


async def test_a_warning_names_the_room_in_which_somebody_sits_now(world: World) -> None:
    await shift(world, "chen", hours=6)
    await with_phone(world, "县值班室", NIGHT_ROOM)
    assert await answering(world) == "000-0000"
    await phones(world.deps)
    assert await answering(world) == NIGHT_ROOM
    await world.issue()
    assert NIGHT_ROOM in (await world.phone("li"))[-1]
    assert NIGHT_ROOM in (await world.group("柳湾村群"))[-1]
    await world.say("li", "值班电话")
    assert NIGHT_ROOM in (await world.phone("li"))[-1]
    world.clock.turn(6 * 3600)
    await phones(world.deps)
    assert await answering(world) == "000-0000"


async def test_what_is_written_ahead_holds_while_nothing_runs(world: World) -> None:
    await shift(world, "chen", starts=timedelta(), hours=6)
    await shift(world, "liu", starts=timedelta(hours=6), hours=6)
    await with_phone(world, "县值班室", NIGHT_ROOM)
    await phones(world.deps)
    async with world.deps.read() as session:
        (one,) = (await session.execute(select(DutyLine))).scalars()
    assert one.until - one.since == timedelta(hours=12)  # two shifts, one telephone
    world.clock.turn(11 * 3600)
    assert await answering(world) == NIGHT_ROOM
    assert await answering(world, "柳湾村") == "000-0001"  # the town's own: it keeps no roster here
    world.clock.turn(3600)
    assert await answering(world) == "000-0000"


async def test_nothing_is_written_anew_where_nothing_has_changed(world: World) -> None:
    await phones(world.deps)
    await shift(world, "chen", hours=12)
    await with_phone(world, "县值班室", NIGHT_ROOM)
    await phones(world.deps)
    async with world.deps.read() as session:
        (before,) = (await session.execute(select(DutyLine.since))).scalars()
    world.clock.turn(60)
    await phones(world.deps)
    async with world.deps.read() as session:
        assert (await session.execute(select(DutyLine.since))).scalars().all() == [before]


async def test_the_telephone_of_a_room_is_typed_in_at_the_desk(world: World) -> None:
    await shift(world, "chen")
    async with world.deps.begin() as session:
        post = await post_of(session, await area(world, "青崖县"), "县值班室", by="user:test", at=world.clock.now())
    async with desk(world, Role.officer) as officer:
        page = await officer.press(f"/console/duty/post/{post.uid}", phone="不知道")
        assert (page.status, "不像电话号码" in page.text) == (422, True)
        assert (await officer.press(f"/console/duty/post/{post.uid}", phone=NIGHT_ROOM)).status == 303
        assert NIGHT_ROOM in (await officer.look("/console/duty")).text
    assert await answering(world) == NIGHT_ROOM
    async with desk(world, Role.officer, place="石门乡") as other:
        assert (await other.press(f"/console/duty/post/{post.uid}", phone="1234567")).status == 404
