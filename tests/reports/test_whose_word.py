"""Whose word goes where: what came back takes words for a day, and a number that was guessed gives nobody figures."""

import pytest
from sqlmodel import col, select

from bot.directory.models import Person
from bot.directory.queries import area_of_code
from broadcasts.dispatch.states import Road
from broadcasts.release.decide import acknowledge
from broadcasts.release.holds import open_holds
from handlers.chat.conversations.models import Utterance
from handlers.reports.decide import give_back
from handlers.reports.models import Report, Stage, State
from handlers.wechat.models import Platform
from tests.reports.desk import reports
from tests.world import PLACES, World


async def returned(world: World) -> None:
    async with world.deps.begin() as session:
        (report,) = (await session.execute(select(Report))).scalars()
        await give_back(session, world.deps.settings, report, comment="伤了几人？", by="user:a", at=world.clock.now())
    await world.work()


async def taken(world: World) -> None:
    """The officer has seen all that waits."""
    async with world.deps.begin() as session:
        for hold in await open_holds(session):
            await acknowledge(session, hold, by="user:a", word="", at=world.clock.now())


async def test_what_came_back_takes_words_until_its_time_is_over(world: World) -> None:
    await world.say("li", "三组垮坡，路断了")
    await returned(world)
    world.clock.turn(23 * 3600)
    await world.say("li", "伤2人")
    (report,) = await reports(world)
    assert (report.state, report.values["因灾受伤人口"]["value"]) == (State.filed, 2)


async def test_after_that_a_word_is_another_matter_and_the_receipt_says_so(world: World) -> None:
    await world.say("li", "三组垮坡，路断了")
    await returned(world)
    world.clock.turn(25 * 3600)
    await world.say("li", "四组两间房塌了，伤2人")
    old, new = await reports(world)
    assert (old.state, old.words) == (State.returned, "三组垮坡，路断了")
    assert (new.state, new.group, new.thread != old.thread) == (State.filed, "四组", True)
    last = (await world.phone("li"))[-1]
    assert "QY0712-001 退回以后没有等到补充，这一句算新的一件。" in last
    assert "续报 QY0712-001" in last


async def test_a_picture_after_that_is_another_matter_too(world: World) -> None:
    await world.say("li", "三组垮坡，路断了")
    await returned(world)
    world.clock.turn(25 * 3600)
    await world.say("li", kind="image", MediaId="m1", PicUrl="")
    old, new = await reports(world)
    assert (old.state, new.state, new.words) == (State.returned, State.filed, "")


@pytest.mark.parametrize("back", [True, False])
async def test_a_picture_shows_the_report_to_the_officer_again(world: World, back: bool) -> None:
    await world.say("li", "三组垮坡，路断了")
    await (returned if back else taken)(world)
    async with world.deps.read() as session:
        assert await open_holds(session) == []
    before = len(await world.phone("liu"))
    await world.say("li", kind="image", MediaId="m1", PicUrl="")
    (report,) = await reports(world)
    assert report.state is State.filed
    assert "QY0712-001：三组垮坡，路断了（又来了图片）" in (await world.phone("liu"))[-1]
    assert len(await world.phone("liu")) > before


async def test_a_place_shows_it_again_too(world: World) -> None:
    await world.say("li", "三组垮坡，路断了")
    await taken(world)
    await world.say("li", kind="location", Location_X="27.5", Location_Y="103.5", Label="李家坳")
    assert "（又来了位置）" in (await world.phone("liu"))[-1]


async def test_a_stranger_who_guesses_a_number_learns_nothing_and_is_heard(world: World) -> None:
    await world.say("li", "五户十二人转移，没人伤")
    await world.say("oReader1", "续报 QY0712-001 又转移三户九人", platform=Platform.oa)
    first, second = await reports(world)
    assert (second.stage, second.thread != first.thread) == (Stage.first, True)
    assert second.values["紧急避险转移人口"]["value"] == 9
    assert "QY0712-001" in second.note
    assert "请核对是不是同一件事" in second.note
    async with world.deps.read() as session:
        last = (
            await session.execute(select(Utterance.text).order_by(col(Utterance.id).desc()))
        ).scalars().first() or ""
    assert last.startswith("收到初报 QY0712-002")
    assert "QY0712-001 不是您这里报的，这一句先单独记为新的一件" in last
    assert "12" not in last.replace("QY0712", "")


async def test_a_number_that_nobody_was_given_sounds_the_same(world: World) -> None:
    await world.say("li", "五户十二人转移，没人伤")
    await world.say("li", "续报 QY0712-077 又转移三户九人")
    first, second = await reports(world)
    assert (second.stage, second.thread != first.thread) == (Stage.first, True)
    assert "真的上报里没有这个编号" in second.note  # the desk knows
    assert second.values["紧急避险转移人口"]["value"] == 9
    assert "QY0712-077 不是您这里报的" in (await world.phone("li"))[-1]


async def test_a_number_of_the_other_road_is_said_to_be_none_of_this_one(world: World) -> None:
    await world.say("li", "五户十二人转移，没人伤")
    await world.say("li", "续报 QY0712-001 又转移三户九人", road=Road.training)
    _, second = await reports(world)
    assert (second.road, second.stage) == (Road.training, Stage.first)
    assert "演练里没有这个编号" in second.note


@pytest.mark.parametrize(("who", "may"), [("wang", True), ("liu", True), ("zhou", False), ("chen", False)])
async def test_those_of_the_place_and_officers_go_on_others_do_not(world: World, who: str, may: bool) -> None:
    await world.say("li", "五户十二人转移，没人伤")
    await world.say(who, "续报 QY0712-001 又转移三户九人")
    first, second = await reports(world)
    assert (second.thread == first.thread) is may
    assert second.values["紧急避险转移人口"]["value"] == (21 if may else 9)


async def test_who_told_of_it_first_goes_on_behind_the_informant(world: World) -> None:
    await world.say("oReader1", "柳湾村三组垮坡，两间房塌了", platform=Platform.oa)
    await world.say("li", "续报 QY0712-001 没人伤")
    await world.say("oReader1", "续报 QY0712-001 倒塌三间房", platform=Platform.oa)
    rows = await reports(world)
    assert len({row.thread for row in rows}) == 1


async def test_a_word_without_a_number_goes_on_from_what_is_young(world: World) -> None:
    await world.say("li", "五户十二人转移")
    world.clock.turn(8 * 24 * 3600)
    await world.say("li", "续报 又转移三户九人")
    first, second = await reports(world)
    assert (second.stage, second.thread != first.thread) == (Stage.first, True)


async def test_the_towns_informant_goes_on_for_a_village(world: World) -> None:
    await world.say("li", "五户十二人转移，没人伤")
    town = await area(world, "柳湾镇")
    async with world.deps.begin() as session:
        zhou = (await session.execute(select(Person).where(col(Person.key) == "zhou"))).scalar_one()
        zhou.area_id = town
        session.add(zhou)
    await world.say("zhou", "续报 QY0712-001 又转移三户九人")
    first, second = await reports(world)
    assert second.thread == first.thread


async def area(world: World, name: str) -> int:
    async with world.deps.read() as session:
        found = await area_of_code(session, PLACES[name][0])
    assert found is not None
    return found.id
