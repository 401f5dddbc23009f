"""Who should have been told, was told and has answered: from records, against the directory of the affected area."""

from io import BytesIO

import sqlalchemy as sa
from python_calamine import CalamineWorkbook
from sqlmodel import col, select

from bot.directory.models import Person
from broadcasts.answers.models import Said
from broadcasts.coverage.keep import RESTS
from broadcasts.coverage.sweep import count_due
from broadcasts.dispatch.models import Broadcast
from broadcasts.hazards.grades import Grade
from broadcasts.ladder.calls import called
from broadcasts.ladder.models import Reached
from tests.console.browser import Browser
from tests.figures.counting import counted, newest_alert, place
from tests.world import World, robot_key


async def test_everybody_of_the_affected_area_is_counted_village_by_village(world: World) -> None:
    await world.issue(places=("柳湾镇",))
    await world.forward(minutes=2)
    await world.say("li", "1")
    found = await counted(world)
    assert (found.people.told, found.people.whole) == (3, 3)  # 李秀英, 王建国, 周秀兰
    assert (found.groups.told, found.groups.whole) == (2, 2)
    assert (found.answered, found.asked) == (1, 3)
    assert (found.median, found.slowest, found.roads) == (120, 120, {"digit": 1})
    assert [town.name for town in found.towns] == ["柳湾镇"]
    village = place(found, "柳湾村")
    assert (village.answered, village.asked, village.people.whole, village.median) == (1, 2, 2, 120)
    assert place(found, "上坪村").median is None
    assert found.beyond.people.whole == 2  # the county's officer and leader, who answer for it


async def test_what_is_unknown_or_failed_is_not_told(world: World) -> None:
    await world.gone("zhou")
    await world.fault(endpoint="robot", target=robot_key("柳湾村群"), kind="errcode", code=93000)
    await world.fault(endpoint="robot", target=robot_key("上坪村群"), kind="drop_reply")
    await world.issue(places=("柳湾镇",))
    await world.forward(minutes=2)
    found = await counted(world)
    assert (found.groups.told, found.groups.failed, found.groups.unknown, found.groups.whole) == (0, 1, 1, 2)
    assert (found.people.told, found.people.failed, found.people.whole) == (2, 1, 3)
    assert found.people.percent == 66
    assert not place(found, "上坪村").complete


async def test_whoever_answered_on_the_telephone_was_told(world: World) -> None:
    await world.gone("zhou")
    await world.issue(places=("上坪村",))
    await world.forward(minutes=4)
    async with world.deps.begin() as session:
        sent = (await session.execute(select(Broadcast).where(col(Broadcast.subject) == ""))).scalars().one()
        zhou = (await session.execute(select(Person).where(col(Person.key) == "zhou"))).scalar_one()
        await called(
            session,
            sent,
            zhou.id,
            Reached.connected,
            key="k1",
            said=Said.received,
            by="user:刘洋",
            at=world.clock.now(),
        )
    found = await counted(world)
    assert (found.people.told, found.people.whole, found.roads) == (1, 1, {"call": 1})


async def test_whoever_is_named_by_no_rule_stays_in_the_denominator(world: World) -> None:
    await world.issue(event="大风", code="11B06", grade=Grade.blue, places=("石门乡",))
    found = await counted(world)
    assert (found.people.told, found.people.unnamed, found.people.whole) == (0, 1, 1)
    assert (found.asked, found.people.percent) == (0, 0)


async def test_an_answer_taken_back_is_not_counted_and_nothing_is_counted_twice(world: World) -> None:
    await world.issue(places=("柳湾镇",))
    await world.say("li", "1")
    assert (await counted(world)).answered == 1
    assert await count_due(world.deps, world.clock.now()) == 0
    await world.say("li", "0")
    assert (await counted(world)).answered == 0


async def test_while_copies_leave_it_is_counted_now_and_then(world: World) -> None:
    await world.issue(places=("柳湾镇",))
    async with world.deps.begin() as session:
        await session.execute(sa.update(Broadcast).values(finished_at=None))
    assert (await counted(world)).answered == 0
    await world.say("li", "1")
    assert (await counted(world)).answered == 0
    world.clock.turn(RESTS.total_seconds())
    assert (await counted(world)).answered == 1


async def test_the_page_shows_towns_and_villages_and_a_town_sees_its_own(
    world: World, officer: Browser, town: Browser
) -> None:
    await world.issue()
    uid = (await newest_alert(world)).uid
    assert "正在统计" in await officer.open(f"/console/alerts/{uid}/coverage")
    await world.forward(minutes=1)
    await world.say("chen", "收到")
    await counted(world)
    text = await officer.open(f"/console/alerts/{uid}/coverage")
    assert "5 人没有应答" in text
    assert "上坪村" in text
    assert '6<span class="of">/6</span>' in text
    assert "平台接收不等于本人看到" in text
    assert "按乡镇和村看" in await officer.open(f"/console/alerts/{uid}")
    mine = await town.open(f"/console/alerts/{uid}/coverage")
    assert "石门村" in mine
    assert "上坪村" not in mine
    assert '1<span class="of">/1</span>' in mine


async def test_the_sheet_has_every_denominator_and_no_names(world: World, officer: Browser) -> None:
    await world.issue()
    await counted(world)
    uid = (await newest_alert(world)).uid
    async with officer.client.get(f"/console/alerts/{uid}/coverage.xlsx") as answer:
        assert answer.status == 200
        rows = CalamineWorkbook.from_filelike(BytesIO(await answer.read())).get_sheet_by_index(0).to_python()
    assert rows[2][:4] == ["全部", "", 6.0, 6.0]
    assert "李秀英" not in str(rows)
