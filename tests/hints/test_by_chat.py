"""隐患、随手拍 by chat: stored at once, a number that can be said on the telephone, one question at most."""

import pytest
from sqlmodel import select

from broadcasts.release.holds import open_holds
from handlers.hints.models import HintWord, Part, State
from handlers.hints.queries import versions
from handlers.reports.models import Report
from handlers.wechat.models import Platform
from tests.hints.told import accepted, assigned, hints, steps
from tests.world import World

RESIDENT = "oReader1"


async def test_a_sentence_is_stored_and_answered_with_its_number(world: World) -> None:
    await world.say("li", "隐患 三组路边的电线杆歪了")
    (hint,) = await hints(world)
    assert (hint.number, hint.state, hint.words, hint.group) == (
        "QY0712-H01", State.filed, "三组路边的电线杆歪了", "三组",
    )  # fmt: skip
    assert (hint.proposed, hint.proposed_by, hint.domain) == ("safety", "电线杆", "")
    assert (await world.phone("li"))[-1] == (
        "收到隐患 QY0712-H01（柳湾镇柳湾村三组）。\n像是安全生产的，由值班员定。\n"
        "受理后在这里告诉您。照片、位置直接发；要匿名回“匿名”。"
    )
    async with world.deps.read() as session:
        assert await open_holds(session) == []  # a hint waits until the morning; it rings nobody
        assert (await session.execute(select(Report))).scalars().all() == []


async def test_the_word_alone_asks_and_the_next_sentence_is_it(world: World) -> None:
    await world.say("li", "随手拍")
    assert (await world.phone("li"))[-1].startswith("请用一句话说是什么、在哪里")
    await world.say("li", "桥头护栏断了")  # by itself it would be a report of what has happened
    (hint,) = await hints(world)
    assert (hint.words, hint.anonymous) == ("桥头护栏断了", False)


async def test_what_has_no_place_is_asked_for_it_once(world: World) -> None:
    await world.say(RESIDENT, "随手拍 消防通道堵了", platform=Platform.oa)
    (hint,) = await hints(world)
    assert hint.follower_id is not None
    assert hint.proposed == "fire"
    await world.say(RESIDENT, "柳湾村", platform=Platform.oa)
    (hint,) = await hints(world)
    assert (hint.words, await steps(world, hint)) == ("消防通道堵了\n柳湾村", ["filed", "words"])
    async with world.deps.read() as session:
        rows = await versions(session, hint)
    assert rows[0].by == rows[1].by == "reporter"  # the record never says who


async def test_said_twice_is_one_hint(world: World) -> None:
    await world.say("li", "隐患 电线杆歪了")
    await world.say("li", "隐患 电线杆歪了")
    assert len(await hints(world)) == 1
    assert (await world.phone("li"))[-1].startswith("这一条已经记过了 QY0712-H01")


async def test_pictures_and_a_place_belong_to_it(world: World) -> None:
    await world.say("li", "隐患 电线杆歪了")
    picture = await world.say("li", kind="image", MediaId="m1", PicUrl="")
    assert (await world.phone("li"))[-1] == "图片收到了，放进 QY0712-H01。"
    await world.say("li", kind="location", Location_X="27.5", Location_Y="103.5", Label="村口")
    (hint,) = await hints(world)
    assert (hint.lon, hint.lat, hint.place) == (103.5, 27.5, "村口")
    async with world.deps.read() as session:
        words = (await session.execute(select(HintWord))).scalars().all()
    assert picture in [word.inbound_id for word in words]
    await world.say("li", "三组垮坡，路断了")
    await world.say("li", kind="image", MediaId="m2", PicUrl="")
    assert (await world.phone("li"))[-1] == "图片收到了，放进 QY0712-001。"  # what was said last takes it


async def test_a_cry_for_help_in_a_hint_goes_first_and_the_hint_is_kept(world: World) -> None:
    await world.say("li", "隐患 有人被困在窨井里")
    told = await world.phone("li")
    assert told[-2].startswith("请立即拨打 119/110/120")
    assert told[-1].startswith("收到隐患 QY0712-H01")
    async with world.deps.read() as session:
        assert [hold.reason for hold in await open_holds(session)] == ["plea"]


async def test_a_live_alert_keeps_its_answers_and_done_is_for_it(world: World) -> None:
    await world.say("zhou", "隐患 电线杆歪了")
    (hint,) = await hints(world)
    await accepted(world, hint)
    await assigned(world, hint, "li")
    await world.issue()
    await world.say("li", "完成了")
    assert (await world.phone("li"))[-1].startswith("收到了：已落实")
    await world.say("li", "办好了 QY0712-H01 换了新电杆")
    (hint,) = await hints(world)
    assert (hint.state, hint.result) == (State.done, "办好了 QY0712-H01 换了新电杆")


async def test_from_the_village_to_the_end_each_step_is_told(world: World) -> None:
    await world.say("zhou", "隐患 柳湾村三组电线杆歪了")
    (hint,) = await hints(world)
    await accepted(world, hint, word="谢谢")
    assert (await world.phone("zhou"))[-1] == "QY0712-H01 已受理（安全生产），正在派人。值班员说：谢谢。"
    await assigned(world, hint, "li")
    assert (await world.phone("zhou"))[-1].startswith("QY0712-H01 已派人去办，7月19日下午5:30前办好")
    task = (await world.phone("li"))[-1]
    assert task.startswith("请整改 QY0712-H01\n柳湾镇柳湾村三组：柳湾村三组电线杆歪了\n要做：换一根电线杆")
    assert "办好之前：拉警戒线，人不要靠近" in task
    await world.say("li", "办好了，电线杆换了")
    assert (await world.phone("li"))[-1].startswith("收到了：QY0712-H01 办好了")
    await world.say("li", kind="image", MediaId="m1", PicUrl="")
    assert (await world.phone("li"))[-1] == "图片收到了，放进 QY0712-H01。"
    (hint,) = await hints(world)
    assert hint.state is State.done
    async with world.deps.read() as session:
        parts = [word.part for word in (await session.execute(select(HintWord))).scalars()]
    assert parts == [Part.found, Part.found, Part.mended]
    assert await steps(world, hint) == ["filed", "accepted", "assigned", "done", "picture"]


async def test_whoever_cannot_gives_it_back_with_a_word(world: World) -> None:
    await world.say("zhou", "隐患 电线杆歪了")
    (hint,) = await hints(world)
    await accepted(world, hint)
    await assigned(world, hint, "li")
    await world.say("li", "办不了，要供电所来")
    (hint,) = await hints(world)
    assert (hint.state, hint.assignee_id, hint.comment) == (State.accepted, None, "办不了，要供电所来")


async def test_of_two_tasks_the_number_says_which(world: World) -> None:
    for words in ("隐患 电线杆歪了", "隐患 井盖没了"):
        await world.say("zhou", words)
    for hint in await hints(world):
        await accepted(world, hint)
        await assigned(world, hint, "li")
    await world.say("li", "办好了")
    assert (await world.phone("li"))[-1].startswith("您手上有 2 条，是哪一条？\nQY0712-H01 电线杆歪了")
    await world.say("li", "qy0712-h02 办好了")
    assert [hint.state for hint in await hints(world)] == [State.assigned, State.done]


async def test_nobody_learns_of_another_ones_hint_by_its_number(world: World) -> None:
    await world.say("li", "隐患 电线杆歪了")
    await world.say("wang", "QY0712-H01")
    assert (await world.phone("wang"))[-1].startswith("没有找到 QY0712-H01，或不是您报的")
    await world.say("li", "QY0712-H01")
    assert (await world.phone("li"))[-1] == "QY0712-H01 等着受理。"


@pytest.mark.parametrize("words", ["收到，马上排查隐患", "没有发现隐患", "隐患排查完了"])
async def test_who_looked_and_found_none_tells_none(world: World, words: str) -> None:
    await world.say("li", words)
    assert await hints(world) == []
