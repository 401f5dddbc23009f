"""The desk: late ones first, each figure beside its words, confirm or return, 续报 and 核报, incidents, exports."""

from collections.abc import AsyncIterator
from io import BytesIO
from zipfile import ZipFile

import pytest
from aiohttp.test_utils import TestServer
from python_calamine import CalamineWorkbook
from sqlmodel import col, select

from bot.access.models import Role
from broadcasts.release.holds import open_holds
from handlers.reports.decide import Decided, confirm
from handlers.reports.export import HEAD
from handlers.reports.figures.form import KEYS
from handlers.reports.figures.indicators import sheet
from handlers.reports.models import Report, ReportDue, Stage, State
from handlers.wechat.models import Platform
from tests.console.browser import Browser, add, browser, console
from tests.places import area
from tests.reports.desk import reports
from tests.world import World


@pytest.fixture
async def server(world: World) -> AsyncIterator[TestServer]:
    await add(world.deps, "officer", Role.officer)
    await add(world.deps, "town", Role.officer, area=await area(world, "柳湾镇"))
    await add(world.deps, "viewer", Role.viewer)
    async with console(world.deps) as running:
        yield running


@pytest.fixture
async def officer(server: TestServer) -> AsyncIterator[Browser]:
    async with browser(server) as made:
        await made.sign_in("officer")
        yield made


async def test_confirmed_once_and_the_reporter_hears_it(world: World, officer: Browser) -> None:
    await world.say("li", "三组垮坡，路断了，没人伤")
    (report,) = await reports(world)
    shown = await officer.open("/console/")
    assert "核实：柳湾镇柳湾村三组 QY0712-001：三组垮坡，路断了，没人伤" in shown
    shown = await officer.open(f"/console/reports/{report.uid}")
    assert "因灾受伤人口 0 人" in shown
    assert "<mark>没人伤</mark>" in shown
    form = shown
    await officer.send(f"/console/reports/{report.uid}", do="confirm", word="镇上派人去了")
    assert "已告诉报的人" in officer.text
    await world.work()
    assert (await world.phone("li"))[-1].startswith("QY0712-001 已核实。值班员说：镇上派人去了。")
    officer.text = form
    await officer.send(f"/console/reports/{report.uid}", do="return", word="再说说")
    assert officer.status == 409
    assert "已经有人先办了" in officer.text
    async with world.deps.read() as session:
        assert await open_holds(session) == []


async def test_what_comes_back_is_mended_by_one_more_sentence(world: World, officer: Browser) -> None:
    await world.say("li", "三组垮坡")
    (report,) = await reports(world)
    await officer.open(f"/console/reports/{report.uid}")
    await officer.send(f"/console/reports/{report.uid}", do="return", word=" ")
    assert (officer.status, "退回要写一句为什么" in officer.text) == (422, True)
    await officer.send(f"/console/reports/{report.uid}", do="return", word="压到房子没有？")
    await world.work()
    assert (await world.phone("li"))[-1] == "QY0712-001 请补一下：压到房子没有？\n直接回一句话就行。"
    await world.say("li", "房子没事，转移了2户5人")
    (report,) = await reports(world)
    assert (report.state, report.version) == (State.filed, 3)
    assert report.values["转移户数"]["value"] == 2
    assert report.words == "三组垮坡\n房子没事，转移了2户5人"
    async with world.deps.read() as session:
        assert [hold.reason for hold in await open_holds(session)] == ["report"]


async def test_late_ones_stand_first_with_their_paper(world: World, officer: Browser) -> None:
    await world.say("li", "三组垮坡，路断了")
    world.clock.turn(3 * 3600)
    await world.say("zhou", "两间房塌了")
    await officer.open("/console/")
    await officer.sign_in("officer")
    shown = await officer.open("/console/reports")
    assert "1 份报晚了：先办 QY0712-001" in shown
    assert "依据 自然灾害情况统计调查制度 2019（系统默认，待县里确认）" in shown
    assert "应在今天凌晨4:40前" in shown


async def test_a_follow_up_and_a_final_report_close_what_was_owed(world: World, officer: Browser) -> None:
    await world.say("li", "五户十二人转移，没人伤")
    (first,) = await reports(world)
    here = f"/console/reports/{first.uid}"
    await officer.open(here)
    await officer.send(here, do="confirm")
    await officer.send(here, do="stable")
    assert "核报（灾情稳定后 2 个工作日内）" in officer.text
    assert "24 小时零报告（县 9 点）" in officer.text
    await officer.send(here, do="final")
    assert "写核报" in officer.text
    draft = officer.where
    await officer.send(draft, do="send", words="核定", **{KEYS["紧急避险转移人口"]: "11", KEYS["转移户数"]: "5"})
    assert "从 12 变成了 11，少了" in officer.text
    await officer.send(draft, do="confirm", word="")
    assert (officer.status, "请写一句原因" in officer.text) == (422, True)
    await officer.send(draft, do="confirm", word="一人重复登记")
    async with world.deps.read() as session:
        left = (await session.execute(select(ReportDue).where(col(ReportDue.done_at).is_(None)))).scalars().all()
    assert left == []
    assert [(r.stage, r.state) for r in await reports(world)] == [
        (Stage.first, State.confirmed),
        (Stage.final, State.confirmed),
    ]


async def test_reports_are_joined_by_hand_and_the_sums_are_computed(world: World, officer: Browser) -> None:
    await world.say("li", "两间房塌了，淹了15亩稻子")
    await world.say("zhou", "三间房塌了，没人伤")
    one, two = await reports(world)
    await officer.open(f"/console/reports/{one.uid}")
    await officer.send(f"/console/reports/{one.uid}", do="join", name=" ")
    assert "请给事件起个名字" in officer.text
    await officer.send(f"/console/reports/{one.uid}", do="join", name="7·12 暴雨")
    await world.work()
    assert (await world.phone("li"))[-1] == "QY0712-001 已并入“7·12 暴雨”，一起处理。"
    uid = officer.text.split("/console/incidents/")[1].split('"')[0]
    await officer.send(f"/console/reports/{two.uid}", do="join", incident=uid)
    shown = await officer.open(f"/console/incidents/{uid}")
    assert ">5 间<" in shown
    assert "QY0712-001、QY0712-002" in shown
    await officer.open(f"/console/reports/{two.uid}")
    await officer.send(f"/console/reports/{two.uid}", do="part")
    assert ">2 间<" in await officer.open(f"/console/incidents/{uid}")


async def test_the_sheet_has_the_systems_order_and_no_formula(world: World, officer: Browser) -> None:
    await world.say("li", '=HYPERLINK("http://x","两间房塌了")，没人伤')
    async with officer.client.get("/console/reports.xlsx") as answer:
        raw = await answer.read()
    rows = CalamineWorkbook.from_filelike(BytesIO(raw)).get_sheet_by_index(0).to_python()
    assert rows[0] == [*HEAD, *(f"{one.name}（{one.unit}）" for one in sheet())]
    assert len(rows[0]) == len(HEAD) + 66
    line = dict(zip(rows[0], rows[1], strict=True))
    assert line["原话"] == '=HYPERLINK("http://x","两间房塌了")，没人伤'
    assert line["倒塌房屋间数（间）"] == 2
    assert line["因灾受伤人口（人）"] == 0
    assert line["因灾失踪人口（人）"] == ""
    with ZipFile(BytesIO(raw)) as book:
        assert b"<f>" not in book.read("xl/worksheets/sheet1.xml")
    async with officer.client.get("/console/reports.geojson") as answer:
        told = await answer.json(content_type=None)
    assert told["features"][0]["geometry"] is None


async def test_a_town_sees_its_own_and_nobody_elses(world: World, server: TestServer) -> None:
    await world.say("li", "两间房塌了")
    await world.say("chen", "三间房塌了")
    mine, other = await reports(world)
    async with browser(server) as town:
        await town.sign_in("town")
        shown = await town.open("/console/reports")
        assert (mine.number in shown, other.number in shown) == (True, False)
        await town.open(f"/console/reports/{other.uid}")
        assert town.status == 404
        await town.open(f"/console/reports/{mine.uid}")
        await town.send(f"/console/reports/{mine.uid}", do="confirm")
        assert town.status == 200
        assert other.number not in await town.open("/console/held")


async def test_a_viewer_reads_nobodys_reports(world: World, server: TestServer) -> None:
    async with browser(server) as viewer:
        await viewer.sign_in("viewer")
        await viewer.open("/console/reports")
        assert viewer.status == 403


async def test_who_cannot_be_told_is_said_to_the_officer(world: World, officer: Browser) -> None:
    await world.say("oReader1", "柳湾村三组垮坡了", platform=Platform.oa)
    world.clock.turn(49 * 3600)
    (report,) = await reports(world)
    await officer.open("/console/")
    await officer.sign_in("officer")
    await officer.open(f"/console/reports/{report.uid}")
    await officer.send(f"/console/reports/{report.uid}", do="confirm")
    assert "没有能告诉报的人" in officer.text


async def test_of_two_officers_one_decides(world: World) -> None:
    await world.say("li", "三组垮坡")
    (report,) = await reports(world)
    settings, now = world.deps.settings, world.clock.now()
    async with world.deps.begin() as session:
        stale = (await session.execute(select(Report))).scalar_one()
        assert await confirm(session, settings, stale, by="user:a", at=now)
    async with world.deps.begin() as session:
        with pytest.raises(Decided):
            await confirm(session, settings, report, by="user:b", at=now)
