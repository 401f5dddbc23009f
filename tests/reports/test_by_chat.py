"""Report first, form later: a sentence by chat is stored at once, answered in the same breath, and rings the desk."""

from typing import Any

import pytest
from sqlmodel import select

from broadcasts.release.holds import open_holds
from handlers.reports.models import ReportDue, ReportVersion, Stage, State
from handlers.wechat.models import Platform
from tests.reports.desk import reports
from tests.stories.test_chat import holds
from tests.world import World


async def test_a_sentence_is_stored_and_answered_in_the_same_breath(world: World) -> None:
    await world.say("li", "三组垮坡，路断了，没人伤")
    (report,) = await reports(world)
    assert (report.number, report.stage, report.state) == ("QY0712-001", Stage.first, State.filed)
    assert (report.words, report.group, report.hazard) == ("三组垮坡，路断了，没人伤", "三组", "11D01")
    assert report.values["因灾受伤人口"] == {"value": 0, "unit": "人", "words": "没人伤", "said": "没人伤"}
    assert (await world.phone("li"))[-1].startswith(
        "收到初报 QY0712-001（柳湾镇柳湾村三组）。\n记的是：滑坡，道路中断，因灾受伤人口 0 人。"
    )
    assert "请处理 村里报上来了，请核实" in (await world.phone("liu"))[-1]
    assert "柳湾镇柳湾村三组 QY0712-001：三组垮坡，路断了，没人伤" in (await world.phone("liu"))[-1]
    async with world.deps.read() as session:
        (due,) = (await session.execute(select(ReportDue))).scalars()
    assert due.due_at > world.clock.now()


async def test_what_is_missing_is_asked_with_its_unit_where_there_is_no_form(world: World) -> None:
    await world.say("li", "两间房塌了，五户十二人转移，淹了15亩稻子")
    last = (await world.phone("li"))[-1]
    assert "农作物受灾面积 1 公顷（15亩）" in last
    assert "是哪个村、哪个组？" in last
    await world.say("li", "二组")
    assert "有没有人伤亡？" in (await world.phone("li"))[-1]
    await world.say("li", "3")
    assert (await world.phone("li"))[-1].startswith("请带上单位再回一次")
    await world.say("li", "没人伤")
    assert (await world.phone("li"))[-1].startswith("已补进 QY0712-001（柳湾镇柳湾村二组）。")
    (report,) = await reports(world)
    assert report.values["因灾受伤人口"]["value"] == 0
    assert report.version == 3
    async with world.deps.read() as session:
        kept = (await session.execute(select(ReportVersion))).scalars().all()
    assert [one.number for one in kept] == [1, 2, 3]


async def test_a_warning_that_waits_comes_before_our_question(world: World) -> None:
    await world.say("li", "两间房塌了")
    await world.issue()
    await world.say("li", "1")
    assert (await world.phone("li"))[-1].startswith("收到了：1 收到（红色暴雨")
    await world.say("li", "伤2人")
    (report,) = await reports(world)
    assert report.values["因灾受伤人口"]["value"] == 2
    assert "119" in (await world.phone("li"))[-2]
    assert "plea" in [reason for reason, _ in await holds(world)]


async def test_said_twice_is_one_report(world: World) -> None:
    await world.say("li", "三组垮坡，路断了")
    await world.say("li", "三组垮坡，路断了")
    assert len(await reports(world)) == 1
    assert (await world.phone("li"))[-1].startswith("已经记过了 QY0712-001")


async def test_another_village_is_asked_about_and_an_unknown_one_too(world: World) -> None:
    await world.say("li", "石门村二组滑坡，没人伤")
    assert "您是柳湾村的，这里说的是石门村，对吗？" in (await world.phone("li"))[-1]
    await world.say("wang", "大坪村滑坡，没人伤")
    assert "没有找到“大坪村”，先记在柳湾村。是哪个村？" in (await world.phone("wang"))[-1]
    assert len(await reports(world)) == 2


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("倒了50000间房", "倒塌房屋间数有 50000 间，一个村没有这么多。数字和单位对吗？"),
        ("明天三组垮坡", "“明天”还没有到。是已经发生的，还是担心会发生？"),
        ("倒塌3间，倒塌住房4间", "倒塌住房间数 4 间，比倒塌房屋间数 3 间还多。哪个对？"),
        ("十几户进水", "“十几户”是多少户？"),
        ("哈哈三组房子塌了骗你的", "话里有“骗你”。是真的发生了吗？"),
        ("塌房转移了-3人", "紧急避险转移人口是 -3，不会小于 0。是多少人？"),
    ],
)
async def test_what_cannot_be_is_asked_about_and_kept(world: World, words: str, said: str) -> None:
    await world.say("li", words)
    assert said in (await world.phone("li"))[-1]
    (report,) = await reports(world)
    assert (report.words, report.state) == (words, State.filed)


async def test_a_joke_is_no_report(world: World) -> None:
    await world.say("li", "哈哈哈你猜")
    assert await reports(world) == []


async def test_a_picture_and_a_place_belong_to_what_was_just_said(world: World) -> None:
    await world.say("li", "三组垮坡，路断了")
    await world.say("li", kind="image", MediaId="m1", PicUrl="https://example.invalid/x")
    assert (await world.phone("li"))[-1] == "图片收到了，放进 QY0712-001。"
    await world.say("li", kind="location", Location_X="27.5", Location_Y="103.5", Label="李家坳")
    (report,) = await reports(world)
    assert (report.lon, report.lat, report.place) == (103.5, 27.5, "李家坳")


async def test_a_picture_alone_is_a_report_and_takes_the_words_that_follow(world: World) -> None:
    await world.say("li", kind="image", MediaId="m1", PicUrl="https://example.invalid/x")
    assert "请用一句话说出了什么事" in (await world.phone("li"))[-1]
    await world.say("li", "三组滑坡，没人伤")
    (report,) = await reports(world)
    assert (report.words, report.hazard) == ("三组滑坡，没人伤", "11D01")


async def test_the_word_alone_is_asked_about_and_rings_nobody(world: World) -> None:
    await world.say("li", "三组垮坡，路断了")
    before = len(await world.phone("liu"))
    for word in ("上报", "上报！"):
        await world.say("li", word)
        said = (await world.phone("li"))[-1]
        assert said.startswith("请用一句话说出了什么事，例如：三组垮坡，路断了，没人伤。照片、位置也直接发。")
    assert (len(await reports(world)), len(await world.phone("liu"))) == (1, before)
    await world.say("li", "桥那边出事了")
    _, report = await reports(world)
    assert (report.words, report.state) == ("桥那边出事了", State.filed)
    assert "QY0712-002：桥那边出事了" in (await world.phone("liu"))[-1]
    await world.say("li", "你猜我是谁")
    assert len(await reports(world)) == 2


@pytest.mark.parametrize(
    "sent",
    [
        {"kind": "image", "MediaId": "m1", "PicUrl": "https://example.invalid/x"},
        {"kind": "location", "Location_X": "27.5", "Location_Y": "103.5", "Label": "李家坳"},
    ],
)
async def test_after_the_word_alone_a_picture_or_a_place_is_the_report_of_a_resident(
    world: World, sent: dict[str, Any]
) -> None:
    await world.say("oReader1", "柳湾村三组垮坡了", platform=Platform.oa)
    await world.say("oReader1", "上报", platform=Platform.oa)
    await world.say("oReader1", platform=Platform.oa, **sent)
    first, second = await reports(world)
    assert (first.version, second.words, second.state) == (1, "", State.filed)


async def test_a_resident_reports_too(world: World) -> None:
    await world.say("oReader1", "柳湾村三组垮坡了", platform=Platform.oa)
    (report,) = await reports(world)
    assert report.follower_id is not None
    async with world.deps.read() as session:
        assert [hold.reason for hold in await open_holds(session)] == ["report"]


async def test_who_cries_for_help_is_told_119_first_and_the_report_is_kept(world: World) -> None:
    await world.say("li", "三组房子塌了，有人被压")
    told = await world.phone("li")
    assert told[-2].startswith("请立即拨打 119/110/120")
    assert told[-1].startswith("收到初报 QY0712-001")
    async with world.deps.read() as session:
        assert [hold.reason for hold in await open_holds(session)] == ["plea"]


async def test_a_follow_up_names_its_report_and_adds_what_is_more(world: World) -> None:
    await world.say("li", "五户十二人转移，没人伤")
    await world.say("wang", "续报 QY0712-001 又转移三户九人")
    first, second = await reports(world)
    assert (second.thread, second.stage, second.number) == (first.thread, Stage.follow, "QY0712-002")
    assert second.values["紧急避险转移人口"]["value"] == 21
    assert "加上前面的 12，一共记 21 人，对吗？" in (await world.phone("wang"))[-1]
