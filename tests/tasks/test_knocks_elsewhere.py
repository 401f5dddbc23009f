"""A knock in a drill is marked and goes to its participants alone; and what evidence and handovers tell of knocks."""

from datetime import timedelta
from pathlib import Path

from sqlmodel import col, select

from broadcasts.alerts.models import Alert
from broadcasts.dispatch.models import Batch
from broadcasts.dispatch.states import Road
from broadcasts.dispatch.texts.marks import MARK
from broadcasts.hazards.grades import Grade
from broadcasts.intake.message import Form, Info, Message, MessageArea, Reference
from broadcasts.release.models import Hold
from tests.both_ways import both_ways
from tests.console.browser import Browser
from tests.drills.playing import drilled
from tests.duty.desk import shift
from tests.duty.test_desk import handed
from tests.figures.test_evidence import made, sheets
from tests.tasks.knocking import Doors
from tests.world import COUNTY, World


async def test_in_a_drill_a_participant_knocks_and_everything_is_marked(tmp_path: Path) -> None:
    async with both_ways(tmp_path) as both:
        world, doors = both.world, Doors(both.world)
        await doors.rung()
        played = await drilled(world, people=("li", "zhou"))
        await played.begin()
        await both.type("zhou", "1")
        await doors.to_the_doors()
        assert await doors.states() == [("李秀英", "周秀兰", "going", "")]  # 王建国, her B, was not named
        errand = (await world.phone("zhou"))[-1]
        assert errand.startswith(f"{MARK}请去敲门 柳湾镇柳湾村 李秀英\n红色暴雨 柳湾镇")
        assert errand.endswith(MARK)
        assert await world.phone("wang") == []
        said = await both.type("zhou", "3")
        assert said.startswith(f"{MARK}收到了：3 需要支援")
        assert "这是演练，只记下来，没有人打电话来。" in said
        async with both.reading("zhou") as page:
            (seen,) = await doors.seen()
            await page.open(f"/h5/knock/{seen.knock.uid}?by=wecom")
            assert "【演练】这是演练，不是真的。" in page.text
        assert "已敲开" in await both.type("zhou", "1")
        assert await doors.states() == [("李秀英", "周秀兰", "knows", "")]
        await world.forward(minutes=16)
        async with world.deps.read() as session:
            assert (await session.execute(select(Hold))).first() is None


async def test_when_the_drill_ends_whoever_is_on_the_way_turns_back(world: World) -> None:
    doors = Doors(world)
    await doors.rung()
    played = await drilled(world, people=("li", "zhou"))
    await played.begin()
    await world.say("zhou", "1")
    await doors.to_the_doors()
    sent = (await doors.desk.broadcasts())[-1]
    await played.do("end")
    await world.forward(seconds=5)
    assert await doors.states(sent) == [("李秀英", "周秀兰", "off", "ended")]
    (back,) = [text for text in await world.phone("zhou") if "不用去了" in text]
    assert back.startswith(f"{MARK}不用去了")


async def test_on_the_training_road_no_real_phone_is_sent(tmp_path: Path) -> None:
    async with both_ways(tmp_path, training_api_base="http://127.0.0.1:9") as both:
        world, doors = both.world, Doors(both.world)
        await doors.rung()
        played = await drilled(world, people=("li", "wang"), road=Road.training)
        await played.begin()
        await doors.to_the_doors()
        assert len(await doors.states()) == 2
        async with world.deps.read() as session:
            assert set((await session.execute(select(Batch.road))).scalars()) == {Road.training}
        assert await world.phone("wang") == []


async def test_the_pack_tells_who_knocked_apart_from_what_she_said(world: World, officer: Browser) -> None:
    doors = Doors(world)
    await doors.rung()
    sent = await doors.silent_night("li", "chen")
    await doors.to_the_doors()
    await world.say("wang", "2 门锁着")
    await doors.knock(sent, "li", "zhou", officer="user:liu")
    await world.work()
    await world.say("zhou", "敲开了")
    async with world.deps.read() as session:
        alert = (await session.execute(select(Alert))).scalar_one()
    status, body = await made(officer, alert, "xlsx")
    assert status == 200
    book = sheets(body)
    li = next(row for row in book["每个人"] if row[0] == "李秀英")
    assert li[5] == "敲门叫到"
    assert "敲门叫应：派王建国去" in li[6]
    assert "敲门叫应：王建国，没人在，02:49 敲的“门锁着”" in li[6]
    assert "敲门叫应：派周秀兰去，liu派的" in li[6]
    assert "应答：" not in li[6]
    rows = [row[1:6] for row in book["敲门"][1:]]
    assert rows[0][:4] == ["李秀英", "柳湾镇柳湾村", "王建国", "规则"]
    assert rows[1][:4] == ["李秀英", "柳湾镇柳湾村", "周秀兰", "liu"]
    assert "派人敲门" in str(book["叫应"])
    assert "敲门：已敲开，本人已知道" in str(book["记录"])
    status, paper = await made(officer, alert, "pdf")
    assert (status, paper[:5]) == (200, b"%PDF-")


async def doors_in(officer: Browser, alert: Alert) -> tuple[str, str]:
    """What the pack tells of 李秀英's door: in her own line, and in the list of doors."""
    _, body = await made(officer, alert, "xlsx")
    book = sheets(body)
    li = next(row for row in book["每个人"] if row[0] == "李秀英")
    return li[6], "\n".join(str(row) for row in book["敲门"][1:])


async def test_both_packs_tell_of_a_knock_that_went_on_for_a_newer_warning(world: World, officer: Browser) -> None:
    """The newer one takes the place of two, and stands in the thread of the first."""
    doors = Doors(world)
    await world.issue(identifier="one")
    await world.forward(minutes=1)
    await world.issue("高温", "11B09", identifier="two")
    (_, sent) = await doors.desk.broadcasts()
    await doors.knock(sent, "li", "wang")
    await world.forward(minutes=1)
    now = world.clock.now()
    info = Info(
        "zh-CN", "暴雨", "11B03", Grade.red, sender_name="青崖县气象台", headline="继续", description="继续。",
        expires=now + timedelta(hours=3), areas=(MessageArea("青崖县", (COUNTY,)),),
    )  # fmt: skip
    both = (Reference("one"), Reference("two"))
    await world.take(
        Message(Form.national, "three", "青崖县气象台", now, (info,), msg_type="Update", national=True, references=both)
    )
    await world.forward(seconds=30)
    assert [state[2] for state in await doors.states()] == ["going"]
    await world.say("wang", "2 李秀英")
    async with world.deps.read() as session:
        one, two, _ = (await session.execute(select(Alert).order_by(col(Alert.id)))).scalars().all()
    older, listed = await doors_in(officer, two)
    away = "移交红色暴雨（07-12 02:42 发布），按新的继续去"
    assert (f"敲门叫应：王建国，{away}" in older, f"{away}；没人在" in listed) == (True, True)
    assert "敲门叫应：王建国，没人在" in older
    newer, listed = await doors_in(officer, one)
    assert ("由红色高温（07-12 02:41 发布）移交来" in newer, "由红色高温" in listed) == (True, True)


async def test_within_one_thread_the_pack_tells_when_the_errand_was_handed_over(world: World, officer: Browser) -> None:
    first = f"52992641600000_{world.clock.now():%Y%m%d%H%M%S}"
    doors = Doors(world)
    await doors.rung()
    await doors.silent_night("li")
    await doors.to_the_doors()
    await world.issue(refers=first, msg_type="Update", text="继续。")
    await world.forward(seconds=30)
    async with world.deps.read() as session:
        alert = (await session.execute(select(Alert).order_by(col(Alert.id)).limit(1))).scalar_one()
    told, listed = await doors_in(officer, alert)
    assert told.count("移交红色暴雨（07-12 02:49 发布），按新的继续去") == 1
    assert "移交" in listed
    assert listed.count("李秀英") == 1


async def test_the_next_shift_hears_who_is_on_the_way(world: World) -> None:
    doors = Doors(world)
    await shift(world, "chen", starts=timedelta(hours=-8), hours=8.4)
    await shift(world, "liu", starts=timedelta(minutes=24))
    sent = await doors.silent_night("li")
    await doors.knock(sent, "li", "wang")
    await world.forward(minutes=12)
    (one,) = await handed(world)
    assert "正在敲门的：\n- 柳湾村 李秀英：王建国在去敲门的路上，今天凌晨2:40派出，今天凌晨3点前回话" in one.text
    await world.forward(minutes=9)
    (one,) = await handed(world)
    assert "王建国在去敲门的路上，今天凌晨2:40派出，过时没有回话" in one.text
    await world.say("wang", "1")
    (one,) = await handed(world)
    assert "正在敲门的：无" in one.text


async def test_a_door_that_stays_closed_stands_on_the_desks_pages(world: World, officer: Browser) -> None:
    doors = Doors(world)
    await doors.rung()
    await doors.silent_night("li")
    await doors.to_the_doors()
    await world.say("wang", "2")
    assert "柳湾村 李秀英的门，王建国去敲了没人在，请另派人" in await officer.open("/console/")
    assert "敲门没有叫到人，请另派人" in await officer.open("/console/held")
    (hold,) = await doors.desk.holds("knock")
    assert "李秀英的门" in await officer.open(f"/console/held/{hold.uid}")
    await officer.send(f"/console/held/{hold.uid}", do="seen", word="已请镇里派人")
    assert await doors.desk.holds("knock") == []
